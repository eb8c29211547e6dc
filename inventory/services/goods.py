"""Stock changes without a sale: deliveries, returns, write-offs, adjustments."""

from collections.abc import Mapping
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory.exceptions import OthersShelf, ReasonMissing, ShelfHasMoved
from inventory.models import MovementKind, ReferenceKind, StockLevel, Warehouse
from inventory.services import moves
from inventory.services.ledger import Cause, CauseFields


def receive(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """Add delivered units."""
    _move((variant_id, warehouse_id), MovementKind.RECEIPT, _positive(quantity), Cause(**cause))


def receive_delivery(
    arrived: Mapping[tuple[UUID, UUID], int], **cause: Unpack[CauseFields]
) -> None:
    """Add the units of a delivery, by variant and warehouse: all or none."""
    units = {place: _positive(quantity) for place, quantity in arrived.items()}
    moves.move_at(units, MovementKind.RECEIPT, Cause(**cause))


def restock(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """Add units that a customer returned."""
    cause.setdefault("reference_kind", ReferenceKind.RETURN)
    _move((variant_id, warehouse_id), MovementKind.RETURN, _positive(quantity), Cause(**cause))


def restock_units(units: Mapping[tuple[UUID, UUID], int], **cause: Unpack[CauseFields]) -> None:
    """Add returned units, by variant and warehouse: all or none."""
    cause.setdefault("reference_kind", ReferenceKind.RETURN)
    places = {place: _positive(quantity) for place, quantity in units.items()}
    moves.move_at(places, MovementKind.RETURN, Cause(**cause))


def write_off_units(units: Mapping[tuple[UUID, UUID], int], **cause: Unpack[CauseFields]) -> None:
    """
    Write off damaged or lost units, by variant and warehouse: all or none.

    :raises ReasonMissing: without a note
    :raises NotOnShelf: if fewer units lie there
    """
    gone = {place: -_positive(quantity) for place, quantity in units.items()}
    moves.move_at(gone, MovementKind.WRITE_OFF, _with_reason(cause))


def write_off(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """
    Write off damaged or lost units. The level may become short.

    :raises ReasonMissing: without a note
    :raises NotOnShelf: if fewer units lie there
    """
    units = -_positive(quantity)
    _move((variant_id, warehouse_id), MovementKind.WRITE_OFF, units, _with_reason(cause))


def adjust(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """
    Adjust the units on hand by a difference, up or down. The level may become short.

    :raises ReasonMissing: without a note
    :raises NotOnShelf: if fewer units lie there than are taken off
    """
    if not quantity:
        raise ValueError("A correction of nothing.")
    _move((variant_id, warehouse_id), MovementKind.ADJUSTMENT, quantity, _with_reason(cause))


@transaction.atomic
def correct(
    level: StockLevel, kind: MovementKind, units: int, *, seen: int, **cause: Unpack[CauseFields]
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
    take(level.variant_id, level.warehouse_id, units, **cause)
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
    **cause: Unpack[CauseFields],
) -> None:
    """
    Adjust a level to `units` on hand if `seen` is still the number there. Idempotent.

    :raises OthersShelf: if the warehouse is not the seller's, unless the goods are `consigned`
    :raises ShelfHasMoved, ReasonMissing, NotOnShelf: as `correct`
    """
    place = {"variant_id": variant_id, "warehouse_id": warehouse_id}
    if not (consigned or _is_of_its_seller(variant_id, warehouse_id)):
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


def _is_of_its_seller(variant_id: UUID, warehouse_id: UUID) -> bool:
    owner = Warehouse.objects.filter(pk=warehouse_id).values("seller")
    return Variant.objects.filter(pk=variant_id, product__seller__in=owner).exists()


def _move(place: tuple[UUID, UUID], kind: MovementKind, quantity: int, cause: Cause) -> None:
    variant_id, warehouse_id = place
    moves.move(warehouse_id, {variant_id: quantity}, kind, cause)


def _with_reason(cause: CauseFields) -> Cause:
    if not cause.get("note", "").strip():
        raise ReasonMissing(_("Give a reason for the adjustment."))
    return Cause(**cause)


def _positive(quantity: int) -> int:
    if quantity <= 0:
        raise ValueError("Goods move in positive numbers.")
    return quantity
