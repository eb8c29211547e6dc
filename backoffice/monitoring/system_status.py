"""How the servers and the work behind the pages are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from constance import config
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Aggregate, DateTimeField, Max, Min, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from post_office.models import STATUS, Email

from backoffice.models import Backup
from backoffice.monitoring import disks, health, queues
from catalog.models import StaleSearchEntry
from invoicing.models import Series
from orders.consistency import ConsistencyCheck, last_results
from outbox.models import Message

# An older value means a fault.
NEWS_LATE = timedelta(minutes=2)
SEARCH_LATE = timedelta(minutes=2)
BACKUP_LATE = timedelta(days=2)
# Where the clock makes one each night.
NIGHTLY_BACKUP_LATE = timedelta(hours=26)
BACKUP_FAILURE = "pulse:backup-failure"
MAIL_LATE = timedelta(minutes=15)
# So many mails one after the other are refused because of us, and not because of their readers.
REFUSED_MAILS = 3
# PostgreSQL tries again and again: the latest time tells.
_ARCHIVE_FAILS = """
SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off'
"""


@dataclass(frozen=True, kw_only=True)
class Check:
    name: str
    is_well: bool
    said: str


def checks() -> list[Check]:
    """Each server and each queue. Three queries, and a short question to each of the others."""
    known = _moments()
    return [
        _server("Redis", health.redis_state()),
        _gateway_log(),
        _since(_("Tasks"), *_slowest_queue()),
        _lag(_("Messages to deliver"), known.get("news"), NEWS_LATE),
        _lag(_("Search index"), known.get("search"), SEARCH_LATE),
        _disk(),
        _mail(known.get("mail")),
        *_log_archive(),
        _backup(known.get("backup")),
        *_papers(known.get("papers")),
        *_proof(_("Stock check"), ConsistencyCheck.STOCK),
        *_proof(_("Order check"), ConsistencyCheck.ORDERS),
    ]


def _moments() -> dict[str, datetime]:
    """
    Since when news, search index and mails wait, when the shop was last backed up, and when it last
    issued a fiscal document.
    """
    unsent = Email.objects.filter(status__in=(STATUS.queued, STATUS.requeued))
    numbered = Series.objects.filter(last_number__gt=0)
    asked: list[tuple[str, QuerySet[Any], type[Aggregate], str]] = [
        ("news", Message.objects.due(), Min, "due_at"),
        ("search", StaleSearchEntry.objects.all(), Min, "queued_at"),
        ("backup", Backup.objects.all(), Max, "created_at"),
        ("mail", unsent, Min, "created"),
        ("papers", numbered, Max, "updated_at"),
    ]
    first, *others = (
        rows.order_by()
        .values(what=Value(what))
        .annotate(at=found(at, output_field=DateTimeField()))
        for what, rows, found, at in asked
    )
    return {row["what"]: row["at"] for row in first.union(*others, all=True)}


def _papers(issued_at: datetime | None) -> list[Check]:
    """Printed documents that no provider sends: where the law wants them sent, that is missing."""
    if issued_at is None or config.INVOICING_PROVIDER != "none":
        return []
    said = _("printed, but nobody sends them to the tax office")
    return [Check(name=_("Boletas and facturas"), is_well=False, said=said)]


def _proof(name: str, what: ConsistencyCheck) -> list[Check]:
    """What the last night's proof has found; nothing before the first."""
    return [
        Check(
            name=name,
            is_well=not proof.differences,
            said=_("%(number)s differences on %(day)s")
            % {
                "number": proof.differences,
                "day": date_format(
                    datetime.fromtimestamp(proof.at, tz=timezone.get_current_timezone())
                ),
            },
        )
        for proof in last_results(what)
    ]


def _server(name: str, state: str) -> Check:
    return Check(
        name=name, is_well=state == "ok", said=_("answers") if state == "ok" else _("away")
    )


def _gateway_log() -> Check:
    """In MongoDB; where MONGODB_URL names none, it waits in PostgreSQL, and that is well."""
    if settings.MONGODB_URL:
        return _server("MongoDB", health.mongodb_state())
    return Check(name=_("Payment log"), is_well=True, said=_("waits in PostgreSQL"))


def _disk() -> Check:
    least = min(disks.free().values())
    said = _("%(size)s free") % {"size": filesizeformat(least)}
    return Check(name=_("Disk"), is_well=least >= disks.LOW, said=said)


def _since(name: str, moment: datetime | None, late: timedelta, more: str = "") -> Check:
    is_well = moment is not None and timezone.now() - moment < late
    known = _("%(time)s ago") % {"time": timesince(moment)} if moment else _("not known")
    return Check(name=name, is_well=is_well, said=" · ".join(filter(None, (known, more))))


def _mail(oldest: datetime | None) -> Check:
    """Whether it leaves, and is not refused mail after mail."""
    sent = Email.objects.filter(status=STATUS.sent).order_by("-last_updated")
    since = Coalesce(Subquery(sent.values("last_updated")[:1]), timezone.now() - timedelta(days=1))
    refused = Email.objects.filter(status=STATUS.failed, last_updated__gt=since).count()
    if refused < REFUSED_MAILS:
        return _lag(_("Mail"), oldest, MAIL_LATE)
    said = ngettext("%d mail was refused", "%d mails were refused", refused) % refused
    return Check(name=_("Mail"), is_well=False, said=said)


def is_archive_failing() -> bool | None:
    """Whether PostgreSQL cannot archive its log of changes; None if it keeps none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ARCHIVE_FAILS)
        row = cursor.fetchone()
    return bool(row[0]) if row else None


def _log_archive() -> list[Check]:
    is_failing = is_archive_failing()
    if is_failing is None:
        return []
    said = _("cannot be written") if is_failing else _("up to date")
    return [Check(name=_("Log of changes"), is_well=not is_failing, said=said)]


def _backup(latest: datetime | None) -> Check:
    late = NIGHTLY_BACKUP_LATE if settings.BACKUP_TO else BACKUP_LATE
    return _since(_("Last backup"), latest, late, cache.get(BACKUP_FAILURE) or "")


def _lag(name: str, oldest: datetime | None, late: timedelta) -> Check:
    if oldest is None:
        return Check(name=name, is_well=True, said=_("up to date"))
    waits = _("waits for %(time)s") % {"time": timesince(oldest)}
    return Check(name=name, is_well=timezone.now() - oldest < late, said=waits)


def _slowest_queue() -> tuple[datetime | None, timedelta, str]:
    """When a task of that queue was last worked off, and what waits; its name if it is late."""
    known = queues.last_beats()
    moments = {name: known.get(name) for name in queues.names()}
    long_ago = timezone.now() - timedelta(days=36500)
    slowest = min(moments, key=lambda name: moments[name] or long_ago)
    moment = moments[slowest]
    is_late = moment is None or timezone.now() - moment >= queues.BEAT_LATE
    said = filter(None, (slowest if is_late else "", _queued()))
    return moment, queues.BEAT_LATE, " · ".join(said)


def _queued() -> str:
    waiting = queues.waiting()
    number = sum(waiting.values())
    return ngettext("%d waits", "%d wait", number) % number if waiting else ""
