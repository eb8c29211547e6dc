"""Reads of waiting rooms, cheap enough for a page that many poll."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache

from catalog.models import Availability, Collection
from core.caching.ttl import TTLCache
from core.database.replica import from_primary
from waitingroom.models import RoomState, WaitingRoom

CACHE_SECONDS = 2  # seconds: what staff change reaches the queue this soon


@dataclass(frozen=True, kw_only=True)
class Room:
    """A queue and the drop behind it, as of a moment ago."""

    id: UUID
    collection_id: UUID
    slug: str
    name: str
    state: str
    per_minute: int
    pass_minutes: int
    opens_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_sold_out: bool

    def takes_people(self, now: datetime) -> bool:
        """Whether there is a queue at all: from some minutes before the drop to its end."""
        has_opened = self.opens_at is None or self.opens_at <= now
        return has_opened and (self.ends_at is None or self.ends_at > now)

    def lets_in(self, now: datetime) -> bool:
        has_started = self.starts_at is None or self.starts_at <= now
        return self.state == RoomState.OPEN and has_started and self.takes_people(now)

    def wait_seconds(self, before: int, now: datetime) -> int:
        """How long somebody with so many people before them will wait, as it looks now."""
        to_start = (self.starts_at - now).total_seconds() if self.starts_at else 0
        return round(max(to_start, 0) + (before + 1) * 60 / self.per_minute)


def room_of(slug: str) -> Room | None:
    """The room before that drop. Two queries every two seconds, whatever the crowd."""
    key = f"waitingroom:{slug}"
    known: list[Room] | None = cache.get(key)
    if known is None:
        rows = WaitingRoom.objects.select_related("collection").filter(
            collection__slug=slug, collection__is_active=True
        )
        with from_primary():
            known = [_room(row) for row in rows]
        cache.set(key, known, CACHE_SECONDS)
    return known[0] if known else None


def queue_before(drops: Iterable[Collection], now: datetime) -> str:
    """
    The slug of the drop whose queue comes before something that is in these running drops.

    Empty if one of them has no queue. By the rooms as they were at most a second ago.
    """
    rooms = _by_drop.get(drop.pk for drop in drops)
    open_now = [[room.slug for room in found if room.takes_people(now)] for found in rooms.values()]
    return min(slug for [slug] in open_now) if open_now and all(open_now) else ""


def _read_rooms(drops: list[UUID]) -> dict[UUID, list[Room]]:
    """At most one room for each drop. 1 query."""
    rows = WaitingRoom.objects.select_related("collection").filter(collection__in=drops)
    found: dict[UUID, list[Room]] = {drop: [] for drop in drops}
    for row in rows:
        found[row.collection_id].append(_room(row, is_sold_out=False))
    return found


def _room(row: WaitingRoom, *, is_sold_out: bool | None = None) -> Room:
    drop = row.collection
    early = timedelta(minutes=row.opens_minutes_before)
    return Room(
        id=row.pk,
        collection_id=drop.pk,
        slug=drop.slug,
        name=drop.name,
        state=row.state,
        per_minute=row.admissions_per_minute,
        pass_minutes=row.pass_minutes,
        opens_at=drop.starts_at - early if drop.starts_at else None,
        starts_at=drop.starts_at,
        ends_at=drop.ends_at,
        is_sold_out=_is_sold_out(drop) if is_sold_out is None else is_sold_out,
    )


def _is_sold_out(drop: Collection) -> bool:
    bands = set(drop.entries.values_list("product__availability", flat=True))
    return bands == {Availability.SOLD_OUT}


_by_drop = TTLCache(_read_rooms)
