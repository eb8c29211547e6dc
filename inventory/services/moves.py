"""Moving units of many variants onto a warehouse's shelf or off it, all or none."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.exceptions import NotOnShelf, OutOfStock
from inventory.models import MovementKind, StockLevel
from inventory.services import ledger
from inventory.services.ledger import Cause
from inventory.services.locked_stock import LockedStock


@transaction.atomic
def move(
    warehouse_id: UUID, quantities: Mapping[UUID, int], kind: MovementKind, cause: Cause
) -> list[StockLevel]:
    """
    Move these units of these variants: on the shelf and for sale alike. Gives the levels after it.

    A level may fall short by it, see `StockLevel.is_short`.

    :raises NotOnShelf: if more would leave than lie there
    """
    places = {(variant_id, warehouse_id): units for variant_id, units in quantities.items()}
    return move_at(places, kind, cause)


@transaction.atomic
def move_at(
    places: Mapping[tuple[UUID, UUID], int], kind: MovementKind, cause: Cause
) -> list[StockLevel]:
    """
    Move units by variant and warehouse, as `move` does for one warehouse.

    All levels are locked by one statement: one for each warehouse would wait in circles.

    :raises NotOnShelf: if more would leave than lie there
    """
    shelf = _shelf(places)
    moving = [(shelf.level(*place), units) for place, units in places.items()]
    for level, units in moving:
        if level.on_hand + units < 0:
            raise NotOnShelf(
                _("Only %(units)s units of %(sku)s lie on that shelf.")
                % {"units": level.on_hand, "sku": level.variant.sku}
            )
    _write(shelf, moving, kind, cause)
    return [level for level, _units in moving]


@transaction.atomic
def take_free(warehouse_id: UUID, quantities: Mapping[UUID, int], cause: Cause) -> None:
    """
    Send units to another warehouse, of those that nobody has bought or holds.

    :raises OutOfStock: if not all of them are free; it names the variants
    """
    shelf = _shelf((variant_id, warehouse_id) for variant_id in quantities)
    levels = [shelf.level(variant_id, warehouse_id) for variant_id in quantities]
    for level in levels:
        shelf.make_room(level.variant_id, quantities[level.variant_id], [level])
    missing = [each.variant_id for each in levels if each.available < quantities[each.variant_id]]
    if missing:
        raise OutOfStock(missing)
    leaving = [(level, -quantities[level.variant_id]) for level in levels]
    _write(shelf, leaving, MovementKind.TRANSFER_OUT, cause)


def _shelf(places: Iterable[tuple[UUID, UUID]]) -> LockedStock:
    """The variants' levels, with an empty one for each of these warehouses."""
    levels = [StockLevel(variant_id=of, warehouse_id=at) for of, at in sorted(places)]
    StockLevel.objects.bulk_create(levels, ignore_conflicts=True)
    return LockedStock(level.variant_id for level in levels)


def _write(
    shelf: LockedStock, moving: list[tuple[StockLevel, int]], kind: MovementKind, cause: Cause
) -> None:
    for level, units in moving:
        shelf.stock(level, units)
    shelf.save()
    ledger.write([ledger.movement(level, kind, units, units, cause) for level, units in moving])
