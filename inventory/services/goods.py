"""
Stock changes without a sale: deliveries, returns, write-offs, adjustments.

Units are by variant and warehouse, and move all or none.
"""

from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory.exceptions import OthersShelf, ReasonMissing, ShelfHasMoved
from inventory.models import MovementKind, ReferenceKind, StockLevel, Warehouse
from inventory.services import moves
from inventory.services.ledger import Cause
from inventory.services.locked_stock import LockedStock
from inventory.services.moves import Places


def receive(units: Places, **cause: Unpack[Cause]) -> None:
    """Add delivered units."""
    moves.move(_positive(units), MovementKind.RECEIPT, cause)


def restock(units: Places, **cause: Unpack[Cause]) -> None:
    """Add units that customers returned."""
    cause.setdefault("reference_kind", ReferenceKind.RETURN)
    moves.move(_positive(units), MovementKind.RETURN, cause)


def write_off(units: Places, **cause: Unpack[Cause]) -> None:
    """
    Write off damaged or lost units. Levels may become short.

    :raises ReasonMissing: without a note
    :raises NotOnShelf: if fewer units lie there
    """
    _check_reason(cause)
    gone = {place: -number for place, number in _positive(units).items()}
    moves.move(gone, MovementKind.WRITE_OFF, cause)


def adjust(units: Places, **cause: Unpack[Cause]) -> None:
    """
    Adjust the units on hand by a difference, up or down. Levels may become short.

    :raises ReasonMissing: without a note
    :raises NotOnShelf: if fewer units lie there than are taken off
    """
    if not all(units.values()):
        raise ValueError("A correction of nothing.")
    _check_reason(cause)
    moves.move(units, MovementKind.ADJUSTMENT, cause)


@transaction.atomic
def correct(
    level: StockLevel, kind: MovementKind, units: int, *, seen: int, **cause: Unpack[Cause]
) -> StockLevel:
    """
    Adjust or write off units if `seen` is still the number on hand; returns the level afterwards.

    So a form that is posted twice corrects once.

    :raises ShelfHasMoved: if the number on hand has changed
    :raises ReasonMissing, NotOnShelf: as `adjust` and `write_off`
    """
    locked = {row.pk: row for row in StockLevel.objects.filter(variant=level.variant_id).locked()}
    if locked[level.pk].on_hand != seen:
        raise ShelfHasMoved(
            _("There are %(units)s units on hand now: check again.")
            % {"units": locked[level.pk].on_hand}
        )
    take = {MovementKind.ADJUSTMENT: adjust, MovementKind.WRITE_OFF: write_off}[kind]
    take({(level.variant_id, level.warehouse_id): units}, **cause)
    level.refresh_from_db()
    return level


@transaction.atomic
def set_on_hand(
    variant_id: UUID,
    warehouse_id: UUID,
    units: int,
    *,
    seen: int,
    consigned: bool = False,
    **cause: Unpack[Cause],
) -> None:
    """
    Adjust a level to `units` on hand if `seen` is still the number there. Idempotent.

    :raises OthersShelf: if the warehouse is not the seller's, unless the goods are `consigned`
    :raises ShelfHasMoved, ReasonMissing, NotOnShelf: as `correct`
    """
    place = {"variant_id": variant_id, "warehouse_id": warehouse_id}
    owner = Warehouse.objects.filter(pk=warehouse_id).values("seller")
    is_own = Variant.objects.filter(pk=variant_id, product__seller__in=owner)
    if not consigned and not is_own.exists():
        raise OthersShelf(
            _(
                "The warehouse belongs to another seller. If this is consignment stock, mark it as "
                "such."
            )
        )
    StockLevel.objects.bulk_create([StockLevel(**place)], ignore_conflicts=True)
    level = StockLevel.objects.get(**place)
    if level.on_hand != units:
        correct(level, MovementKind.ADJUSTMENT, units - seen, seen=seen, **cause)


@transaction.atomic
def set_limits(
    level: StockLevel, *, minimum: int, maximum: int | None = None, place: str = ""
) -> None:
    """Change limits and bin; opens or resolves alerts in the same transaction."""
    stock = LockedStock([level.variant_id])
    StockLevel.objects.filter(pk=level.pk).update(minimum=minimum, maximum=maximum, bin=place)
    stock.level(level.variant_id, level.warehouse_id).minimum = minimum
    stock.save()


def _check_reason(cause: Cause) -> None:
    if not cause.get("note", "").strip():
        raise ReasonMissing(_("Give a reason for the adjustment."))


def _positive(units: Places) -> Places:
    if any(number <= 0 for number in units.values()):
        raise ValueError("Goods move in positive numbers.")
    return units
