"""Adds or removes units on hand of many variants: all or none."""

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
    Add or remove units on hand in one warehouse; returns the levels afterwards.

    A level may become short, see `StockLevel.is_short`.

    :raises NotOnShelf: if more would leave than are on hand
    """
    places = {(variant_id, warehouse_id): units for variant_id, units in quantities.items()}
    return move_at(places, kind, cause)


@transaction.atomic
def move_at(
    places: Mapping[tuple[UUID, UUID], int], kind: MovementKind, cause: Cause
) -> list[StockLevel]:
    """
    Add or remove units on hand by variant and warehouse.

    One statement locks all levels: one per warehouse could deadlock.

    :raises NotOnShelf: if more would leave than are on hand
    """
    stock = _locked_stock(places)
    moving = [(stock.level(*place), units) for place, units in places.items()]
    for level, units in moving:
        if level.on_hand + units < 0:
            raise NotOnShelf(
                _("Only %(units)s units of %(sku)s lie on that shelf.")
                % {"units": level.on_hand, "sku": level.variant.sku}
            )
    _write(stock, moving, kind, cause)
    return [level for level, _units in moving]


@transaction.atomic
def take_free(warehouse_id: UUID, quantities: Mapping[UUID, int], cause: Cause) -> None:
    """
    Remove available units for a transfer.

    :raises OutOfStock: if not all of them are available; it names the variants
    """
    stock = _locked_stock((variant_id, warehouse_id) for variant_id in quantities)
    levels = [stock.level(variant_id, warehouse_id) for variant_id in quantities]
    for level in levels:
        stock.make_room(level.variant_id, quantities[level.variant_id], [level])
    missing = [each.variant_id for each in levels if each.available < quantities[each.variant_id]]
    if missing:
        raise OutOfStock(missing)
    leaving = [(level, -quantities[level.variant_id]) for level in levels]
    _write(stock, leaving, MovementKind.TRANSFER_OUT, cause)


def _locked_stock(places: Iterable[tuple[UUID, UUID]]) -> LockedStock:
    """The variants' levels, created where they are missing."""
    levels = [StockLevel(variant_id=of, warehouse_id=at) for of, at in sorted(places)]
    StockLevel.objects.bulk_create(levels, ignore_conflicts=True)
    return LockedStock(level.variant_id for level in levels)


def _write(
    stock: LockedStock, moving: list[tuple[StockLevel, int]], kind: MovementKind, cause: Cause
) -> None:
    for level, units in moving:
        stock.add_on_hand(level, units)
    stock.save()
    ledger.write([ledger.movement(level, kind, units, units, cause) for level, units in moving])
