"""Reads of the stock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, F, Min, Q, Sum, When
from django.db.models.functions import Greatest
from django.utils import timezone

from catalog.models import Availability
from inventory.models import (
    BackInStockRequest,
    Movement,
    MovementKind,
    Reservation,
    StockLevel,
    TransferLine,
)
from inventory.states import TransferStatus


@dataclass(frozen=True)
class Hold:
    """Units of one variant that somebody holds, over all warehouses."""

    quantity: int
    expires_at: datetime


@dataclass(frozen=True)
class Claim:
    """Units of a level that a document speaks for: sold and not dispatched, or held."""

    reference: UUID | None
    units: int
    is_sold: bool


@dataclass(frozen=True)
class Effect:
    """What all movements of one kind did to a level."""

    kind: MovementKind
    times: int
    sellable: int
    shelf: int


@dataclass(frozen=True)
class Explanation:
    """Why a level shows the numbers that it shows."""

    level: StockLevel
    effects: list[Effect]
    holds: list[Reservation]
    latest: list[Movement]


def available_quantities(variant_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Units of each variant that can be had now, over all active warehouses. One query."""
    wanted = dict.fromkeys(variant_ids, 0)
    rows = (
        StockLevel.objects.filter(variant_id__in=wanted, warehouse__is_active=True)
        .values_list("variant_id")
        .annotate(
            units=Sum(Greatest(F("on_hand") - F("committed") - F("reserved"), 0)),
        )
    )
    return {**wanted, **dict(rows)}


def holds_of(reference: UUID) -> dict[UUID, Hold]:
    """What the holder holds now, by variant. One query."""
    now = timezone.now()
    rows = (
        Reservation.objects.active()
        .filter(reference=reference)
        .exclude(Reservation.objects.ran_out(now))
        .values_list("variant_id")
        .annotate(units=Sum("quantity"), first=Min("expires_at"))
    )
    return {variant_id: Hold(units, first) for variant_id, units, first in rows}


def explain(level: StockLevel, latest: int = 50) -> Explanation:
    """List the causes of a level's numbers. Three queries."""
    here = Q(variant=level.variant_id, warehouse=level.warehouse_id)
    rows = (
        Movement.objects.filter(here)
        .values_list("kind")
        .annotate(times=Count("pk"), sellable=Sum("quantity"), shelf=Sum("on_hand_delta"))
        .order_by("kind")
    )
    return Explanation(
        level=level,
        effects=[Effect(MovementKind(kind), *numbers) for kind, *numbers in rows],
        holds=list(Reservation.objects.active().filter(here).order_by("expires_at")),
        latest=list(Movement.objects.filter(here).select_related("actor").order_by("-pk")[:latest]),
    )


def claims_on(level: StockLevel) -> list[Claim]:
    """
    Who waits for units of this level, the sold ones first: whom a short level lets down.

    Two queries.
    """
    here = Q(variant=level.variant_id, warehouse=level.warehouse_id)
    effect = Case(When(kind=MovementKind.DISPATCH, then=F("on_hand_delta")), default=-F("quantity"))
    sold = (
        Movement.objects.filter(
            here, kind__in=[MovementKind.SALE, MovementKind.CANCELLATION, MovementKind.DISPATCH]
        )
        .values_list("reference")
        .annotate(units=Sum(effect), first=Min("created_at"))
        .filter(units__gt=0)
        .order_by("first")
    )
    held = Reservation.objects.active().filter(here).order_by("pk")
    return [
        *(Claim(reference, units, is_sold=True) for reference, units, _first in sold),
        *(Claim(hold.reference, hold.quantity, is_sold=False) for hold in held),
    ]


def variants_to_tell_of() -> list[UUID]:
    """Variants that people wait for and that are not sold out. One query."""
    waiting = BackInStockRequest.objects.waiting()
    back = waiting.exclude(variant__availability=Availability.SOLD_OUT)
    return list(back.values_list("variant_id", flat=True).distinct())


def units_in_transit(destination_id: UUID) -> dict[UUID, int]:
    """Units of each variant that are on their way to a warehouse. One query."""
    return dict(
        TransferLine.objects.filter(
            transfer__destination=destination_id, transfer__status=TransferStatus.IN_TRANSIT
        )
        .values_list("variant_id")
        .annotate(units=Sum(F("quantity") - F("received")))
        .filter(units__gt=0)
    )
