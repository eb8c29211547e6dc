"""Servers, queues, mails and backups; and the list of all that `/metrics` tells."""

import math
from collections.abc import Iterable
from contextlib import suppress

from constance import config
from django.db import DatabaseError
from django.db.models import Min
from django.utils import timezone
from post_office.models import STATUS, Email

from audit import context
from backoffice.models import Backup
from backoffice.monitoring import disks, health, queues, system_status
from catalog.metrics import METRICS as CATALOG
from core.observability.metrics import Metric, Sample, age, by, one, written
from core.observability.traffic import METRICS as TRAFFIC
from inventory.metrics import METRICS as INVENTORY
from orders.metrics import METRICS as ORDERS
from outbox.metrics import METRICS as OUTBOX
from payments.metrics import METRICS as PAYMENTS

_UNSENT = Email.objects.filter(status__in=(STATUS.queued, STATUS.requeued)).order_by()


def text() -> str:
    """Every figure that can be had now, in Prometheus's text format, within a few seconds."""
    states = health.states()
    up = Metric(
        name="vitrina_server_up",
        about="Whether the server answers, as /readyz says: 1 or 0.",
        read=lambda: by("server", {name: int(said == "ok") for name, said in states.items()}),
    )
    groups = [[up], BY_PROCESS]
    # Each would wait for a hanging server.
    groups += [BY_REDIS] if states["redis"] == "ok" else []
    groups += [BY_DATABASE] if states["postgresql"] == "ok" else []
    return "\n".join(line for group in groups for line in _written(group)) + "\n"


def _written(metrics: Iterable[Metric]) -> list[str]:
    """Figures of an unavailable server are left out; another figure says that it is unavailable."""
    found = []
    for metric in metrics:
        with suppress(DatabaseError):
            found.append(written(metric))
    return found


def _beats() -> list[Sample]:
    """A queue whose worker was never there is idle without end."""
    now = timezone.now()
    ages = {name: (now - at).total_seconds() for name, at in queues.last_beats().items()}
    return by("queue", dict.fromkeys(queues.names(), math.inf) | ages)


def _backup() -> list[Backup]:
    return list(Backup.objects.order_by("-created_at")[:1])


def _archive() -> list[Sample]:
    """Nothing where PostgreSQL does not keep its log."""
    is_failing = system_status.is_archive_failing()
    return [] if is_failing is None else one(int(is_failing))


BY_PROCESS = [
    *TRAFFIC,
    Metric(
        name="vitrina_disk_free_bytes",
        about="Room on the disks that hold the shop's data and its pictures.",
        read=lambda: by("folder", disks.free()),
    ),
]
BY_REDIS = [
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
        read=lambda: by("task", context.failures()),
        kind="counter",
    ),
]
BY_DATABASE = [
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
    *ORDERS,
    *PAYMENTS,
    *INVENTORY,
    *OUTBOX,
    *CATALOG,
]
