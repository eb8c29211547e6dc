"""How the servers and the work behind the pages are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import DateTimeField, Max, Min, Value
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from backoffice import health
from backoffice.models import Backup
from catalog.models import StaleSearchEntry
from core.redis import client
from outbox.models import Message

BEATS_EVERY = 30  # seconds
LAST_BEAT = "pulse:worker"
# What is older than this is said to be wrong.
BEAT_LATE = timedelta(minutes=2)
NEWS_LATE = timedelta(minutes=2)
SEARCH_LATE = timedelta(minutes=2)
BACKUP_LATE = timedelta(days=2)
CELERY_QUEUE = "celery"


@dataclass(frozen=True, kw_only=True)
class Check:
    name: str
    is_well: bool
    said: str


def beat() -> None:
    """Say that a task that has been queued a moment ago is being worked off now."""
    cache.set(LAST_BEAT, timezone.now(), None)


def checks() -> list[Check]:
    """Each server and each queue. One query, and a short question to each of the others."""
    known = _moments()
    return [
        _server("Redis", health.redis_state()),
        _server("MongoDB", health.mongodb_state()),
        _since(_("Tasks"), cache.get(LAST_BEAT), BEAT_LATE, _queued()),
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
    if moment is None:
        return Check(name=name, is_well=False, said=_("not known"))
    ago = _("%(time)s ago") % {"time": timesince(moment)}
    said = " · ".join(filter(None, (ago, more)))
    return Check(name=name, is_well=timezone.now() - moment < late, said=said)


def _lag(name: str, oldest: datetime | None, late: timedelta) -> Check:
    if oldest is None:
        return Check(name=name, is_well=True, said=_("up to date"))
    waits = _("waits for %(time)s") % {"time": timesince(oldest)}
    return Check(name=name, is_well=timezone.now() - oldest < late, said=waits)


def _queued() -> str:
    """How many tasks wait for a worker."""
    try:
        number = int(client().llen(CELERY_QUEUE))
    except RedisError:
        return ""
    return ngettext("%d waits", "%d wait", number) % number
