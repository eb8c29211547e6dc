"""How the servers and the work behind the pages are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import DateTimeField, Max, Min, Value
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice import health, queues
from backoffice.models import Backup
from catalog.models import StaleSearchEntry
from outbox.models import Message

BEATS_EVERY = 30  # seconds
LAST_BEAT = "pulse:worker:"
# What is older than this is said to be wrong.
BEAT_LATE = timedelta(minutes=2)
NEWS_LATE = timedelta(minutes=2)
SEARCH_LATE = timedelta(minutes=2)
BACKUP_LATE = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Check:
    name: str
    is_well: bool
    said: str


def beat(queue: str) -> None:
    """Say that a task that was put into this queue a moment ago is being worked off now."""
    cache.set(f"{LAST_BEAT}{queue}", timezone.now(), None)


def checks() -> list[Check]:
    """Each server and each queue. One query, and a short question to each of the others."""
    known = _moments()
    return [
        _server("Redis", health.redis_state()),
        _server("MongoDB", health.mongodb_state()),
        _since(_("Tasks"), *_slowest_queue()),
        _lag(_("News to deliver"), known.get("news"), NEWS_LATE),
        _lag(_("Search index"), known.get("search"), SEARCH_LATE),
        _since(_("Last backup"), known.get("backup"), BACKUP_LATE),
    ]


def _moments() -> dict[str, datetime]:
    """Since when news and the search index wait, and when the shop was last backed up."""
    news = Message.objects.due().order_by().values(what=Value("news"))
    search = StaleSearchEntry.objects.order_by().values(what=Value("search"))
    backup = Backup.objects.order_by().values(what=Value("backup"))
    moments = news.annotate(at=Min("due_at", output_field=DateTimeField())).union(
        search.annotate(at=Min("queued_at", output_field=DateTimeField())),
        backup.annotate(at=Max("created_at", output_field=DateTimeField())),
        all=True,
    )
    return {row["what"]: row["at"] for row in moments}


def _server(name: str, state: str) -> Check:
    return Check(
        name=name, is_well=state == "ok", said=_("answers") if state == "ok" else _("away")
    )


def _since(name: str, moment: datetime | None, late: timedelta, more: str = "") -> Check:
    is_well = moment is not None and timezone.now() - moment < late
    known = _("%(time)s ago") % {"time": timesince(moment)} if moment else _("not known")
    return Check(name=name, is_well=is_well, said=" · ".join(filter(None, (known, more))))


def _lag(name: str, oldest: datetime | None, late: timedelta) -> Check:
    if oldest is None:
        return Check(name=name, is_well=True, said=_("up to date"))
    waits = _("waits for %(time)s") % {"time": timesince(oldest)}
    return Check(name=name, is_well=timezone.now() - oldest < late, said=waits)


def _slowest_queue() -> tuple[datetime | None, timedelta, str]:
    """When a task of that queue was last worked off, and what waits; its name if it is late."""
    known = cache.get_many([f"{LAST_BEAT}{name}" for name in queues.names()])
    moments: dict[str, datetime | None] = {
        name: known.get(f"{LAST_BEAT}{name}") for name in queues.names()
    }
    long_ago = timezone.now() - timedelta(days=36500)
    slowest = min(moments, key=lambda name: moments[name] or long_ago)
    moment = moments[slowest]
    is_late = moment is None or timezone.now() - moment >= BEAT_LATE
    said = filter(None, (slowest if is_late else "", _queued()))
    return moment, BEAT_LATE, " · ".join(said)


def _queued() -> str:
    """How many tasks wait for a worker."""
    waiting = queues.waiting()
    number = sum(waiting.values())
    return ngettext("%d waits", "%d wait", number) % number if waiting else ""
