"""Reads of the stock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from catalog.models import Availability
from core.database.compiled import compiled
from core.database.lookups import AnyOf
from inventory.models import (
    BackInStockRequest,
    Movement,
    ReferenceKind,
    Reservation,
    StockLevel,
)


@dataclass(frozen=True)
class Hold:
    """Units of one variant that somebody holds, over all warehouses."""

    quantity: int
    expires_at: datetime


def available_quantities(
    variant_ids: Iterable[UUID], *, warehouse_id: UUID | None = None
) -> dict[UUID, int]:
    """Units of each variant that can be had now, in one or all active warehouses. One query."""
    wanted = dict.fromkeys(variant_ids, 0)
    if warehouse_id is None:
        return {**wanted, **dict(_available(list(wanted)))}
    return {**wanted, **dict(_free(list(wanted)).filter(warehouse_id=warehouse_id))}


def _free(variants: list[UUID]) -> QuerySet[StockLevel, tuple[UUID, int]]:
    levels = StockLevel.objects.filter(AnyOf(F("variant_id"), variants), warehouse__is_active=True)
    units = Sum(Greatest(F("on_hand") - F("committed") - F("reserved"), 0))
    return levels.values_list("variant_id").annotate(units=units)


_available = compiled(_free)


def holds_of(reference: UUID) -> dict[UUID, Hold]:
    """What the holder holds now, by variant. One query."""
    holds = Reservation.objects.active().filter(reference=reference)
    rows = (
        holds.exclude(Reservation.objects.ran_out())
        .values_list("variant_id")
        .annotate(units=Sum("quantity"), first=Min("expires_at"))
    )
    return {variant_id: Hold(units, first) for variant_id, units, first in rows}


def units_to_dispatch(order: UUID) -> dict[tuple[UUID, UUID], int]:
    """Units sold to the order and still to leave, by variant and warehouse. One query."""
    return units_to_dispatch_of([order]).get(order, {})


def units_to_dispatch_of(orders: Iterable[UUID]) -> dict[UUID, dict[tuple[UUID, UUID], int]]:
    """The same for each of many orders that have such units. One query."""
    sold = Movement.objects.filter(reference__in=list(orders))
    rows = sold.to_dispatch("reference", "variant_id", "warehouse_id")
    found: dict[UUID, dict[tuple[UUID, UUID], int]] = {}
    for order, variant_id, warehouse_id, units in rows.order_by("variant_id", "warehouse_id"):
        found.setdefault(order, {})[variant_id, warehouse_id] = units
    return found


def variants_to_tell_of() -> list[UUID]:
    """
    Variants that people wait for and of which there is one to be had. One query.

    It is available, or a unit held for an earlier request was not claimed.
    """
    left_lying = Reservation.objects.expired().filter(reference_kind=ReferenceKind.SIGN_UP)
    there = ~Q(variant__availability=Availability.SOLD_OUT) | Q(
        variant__in=left_lying.values("variant")
    )
    waiting = BackInStockRequest.objects.waiting().filter(there)
    return list(waiting.values_list("variant_id", flat=True).distinct())


def held_share() -> float:
    """The share of the stock on hand that is only held, by carts and unpaid orders. One query."""
    found = StockLevel.objects.aggregate(held=Sum("reserved"), there=Sum("on_hand"))
    return (found["held"] or 0) / found["there"] if found["there"] else 0.0
