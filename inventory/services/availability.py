"""Availability bands, which shoppers see instead of a number, and the event when one changes."""

from uuid import UUID

from constance import config
from django.db.models import Case, CharField, F, Q, Sum, Value, When
from django.db.models.functions import Greatest

from catalog.models import Availability
from inventory.events import AvailabilityChanged
from inventory.models import StockLevel
from inventory.services import sold_out
from outbox.services import publish

# Published at once; the next run publishes the rest.
MAX_STALE = 500


def band(available: int) -> Availability:
    if available <= 0:
        return Availability.SOLD_OUT
    return Availability.LAST_FEW if available <= config.LAST_FEW_UNITS else Availability.IN_STOCK


def publish_if_changed(variant_id: UUID, before: int, after: int) -> None:
    """Publish the band if the variant went from one to another."""
    if before <= 0 < after:
        sold_out.forget_after_commit(variant_id)
    if before != after and band(before) != band(after):
        publish(AvailabilityChanged(variant_id=str(variant_id), band=band(after).value))


def publish_stale() -> int:
    """
    Publish bands that differ from the catalogue's; returns how many. One query to find them.

    Concurrent holds in two warehouses do not see each other's change, and a changed setting or
    warehouse publishes nothing by itself.
    """
    units = Sum(
        Greatest(F("on_hand") - F("committed") - F("reserved"), 0),
        filter=Q(warehouse__is_active=True),
        default=0,
    )
    word = Case(
        When(units__lte=0, then=Value(Availability.SOLD_OUT.value)),
        When(units__lte=config.LAST_FEW_UNITS, then=Value(Availability.LAST_FEW.value)),
        default=Value(Availability.IN_STOCK.value),
        output_field=CharField(),
    )
    stale = (
        StockLevel.objects.values("variant_id", "variant__availability")
        .annotate(units=units)
        .annotate(word=word)
        .exclude(word=F("variant__availability"))
        .values_list("variant_id", "word")[:MAX_STALE]
    )
    for variant_id, known in stale:
        publish(AvailabilityChanged(variant_id=str(variant_id), band=known))
    return len(stale)
