"""Servers, queues, mails and backups; and the list of all that `/metrics` tells."""

import math
from collections.abc import Iterator
from contextlib import suppress

from constance import config
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Min
from django.utils import timezone
from post_office.models import STATUS, Email

from backoffice import health, pulse, queues
from backoffice.models import Backup
from catalog.metrics import METRICS as CATALOG
from core import traces
from core.metrics import Metric, Sample, age, by, one, written
from core.traffic import METRICS as TRAFFIC
from inventory.metrics import METRICS as INVENTORY
from orders.metrics import METRICS as ORDERS
from outbox.metrics import METRICS as OUTBOX
from payments.metrics import METRICS as PAYMENTS

# It tries again and again: the latest time tells.
ARCHIVE = """
SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off'
"""
_UNSENT = Email.objects.filter(status__in=(STATUS.queued, STATUS.requeued)).order_by()


def text() -> str:
    """Every figure that can be had now, in Prometheus's text format."""
    return "\n".join(_each()) + "\n"


def _each() -> Iterator[str]:
    """What a server that is away would tell is left out; that it is away stands there too."""
    for metric in METRICS:
        with suppress(DatabaseError):
            yield written(metric)


def _servers() -> list[Sample]:
    states = {name: check() for name, check in health.checks().items()}
    return by("server", {name: int(state == "ok") for name, state in states.items()})


def _beats() -> list[Sample]:
    """A queue whose worker was never there is idle without end; without Redis nobody knows."""
    known = cache.get_many([f"{pulse.LAST_BEAT}{name}" for name in queues.names()])
    prefix = len(pulse.LAST_BEAT)
    now = timezone.now()
    ages = {key[prefix:]: (now - at).total_seconds() for key, at in known.items()}
    if not ages and health.redis_state() != "ok":
        return []
    return by("queue", dict.fromkeys(queues.names(), math.inf) | ages)


def _backup() -> list[Backup]:
    return list(Backup.objects.order_by("-created_at")[:1])


def _archive() -> list[Sample]:
    """Nothing where PostgreSQL does not keep its log."""
    with connection.cursor() as cursor:
        cursor.execute(ARCHIVE)
        return [({}, int(is_failing)) for (is_failing,) in cursor.fetchall()]


OWN = [
    Metric(
        name="vitrina_server_up",
        about="Whether the server answers, as /readyz says: 1 or 0.",
        read=_servers,
    ),
    Metric(
        name="vitrina_tasks_waiting",
        about="Tasks that wait in the queue.",
        read=lambda: by("queue", queues.waiting()),
    ),
    Metric(
        name="vitrina_queue_idle_seconds",
        about="Since when no task of the queue has been worked off; the clock sends one each 30 s.",
        read=_beats,
    ),
    Metric(
        name="vitrina_tasks_failed_total",
        about="Tasks that ended with an error, in all workers.",
        read=lambda: by("task", traces.failures()),
        kind="counter",
    ),
    Metric(
        name="vitrina_mails_waiting",
        about="Mails that are not sent yet.",
        read=lambda: one(_UNSENT.count()),
    ),
    Metric(
        name="vitrina_mail_oldest_seconds",
        about="For how long the first of them waits; 0 if none does.",
        read=lambda: one(age(_UNSENT.aggregate(at=Min("created"))["at"])),
    ),
    Metric(
        name="vitrina_backup_timestamp_seconds",
        about="When the shop was last backed up.",
        read=lambda: [({}, row.created_at.timestamp()) for row in _backup()],
    ),
    Metric(
        name="vitrina_backup_bytes",
        about="The size of the last backup.",
        read=lambda: [({}, row.size) for row in _backup()],
    ),
    Metric(
        name="vitrina_archive_failing",
        about="Whether PostgreSQL cannot put its log away, where it keeps it: 1 or 0.",
        read=_archive,
    ),
    Metric(
        name="vitrina_sales_paused",
        about="Whether staff have paused all sales: 1 or 0.",
        read=lambda: one(int(config.SALES_PAUSED)),
    ),
]
METRICS = [*TRAFFIC, *OWN, *ORDERS, *PAYMENTS, *INVENTORY, *OUTBOX, *CATALOG]
