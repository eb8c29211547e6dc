"""The current state of a drop, for a page that thousands poll."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from constance import config
from django.core.cache import cache
from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime

from catalog.models import Collection, Product, Variant
from core.database.replica import from_primary
from inventory.selectors import available_quantities
from storefront import curated
from storefront.presenters import Stock
from waitingroom.selectors import Room, room_of

REMEMBERED = 2  # seconds
SOON = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class LiveDrop:
    """A collection and how many units of it can be had, as they were a moment ago."""

    collection: Collection
    units: int

    @property
    def stock(self) -> Stock:
        """As `components/_stock.html` wants it: the number only where the collection shows it."""
        band = "out"
        if self.units:
            band = "few" if self.units <= config.LAST_FEW_UNITS else "in"
        tells = self.units and self.collection.shows_exact_stock
        return Stock(band, self.units if tells else None)


def live_drop(slug: str) -> LiveDrop:
    """3 queries every two seconds, whatever the crowd; 404 if there is no such collection."""
    key = f"drop:{slug}"
    found: LiveDrop | None = cache.get(key)
    if found is None:
        with from_primary():
            collection = get_object_or_404(Collection, slug=slug, is_active=True)
            found = LiveDrop(collection=collection, units=_units(collection))
        cache.set(key, found, REMEMBERED)
    return found


def _units(collection: Collection) -> int:
    shown = Variant.objects.active().filter(product__in=Product.objects.published())
    members = shown.filter(product__collection_entries__collection=collection)
    return sum(available_quantities(members.values_list("pk", flat=True)).values())


def state(slug: str, now: datetime) -> dict[str, Any]:
    """The context of `storefront/_drop_state.html`."""
    live = live_drop(slug)
    drop = curated.drop(live.collection, now)
    room = room_of(slug) if drop.is_drop and drop.state != "over" else None
    is_running = drop.is_drop and drop.state == "running"
    return {
        "collection": live.collection,
        "drop": drop,
        "slug": slug,
        "stock": live.stock if is_running else None,
        "has_queue": room is not None and room.takes_people(now),
        "queue_opens_at": _queue_opens_at(room, now),
        "asks_again": is_running or room is not None,
    }


def _queue_opens_at(room: Room | None, now: datetime) -> datetime | None:
    """The hour at which the queue will open, if that is not far away."""
    if room is None or room.opens_at is None or not now < room.opens_at < now + SOON:
        return None
    return localtime(room.opens_at)
