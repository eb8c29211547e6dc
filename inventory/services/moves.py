"""Adds or removes units on hand of many variants: all or none."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.exceptions import NotOnShelf, OutOfStock
from inventory.models import MovementKind, StockLevel
from inventory.services.ledger import Cause
from inventory.services.locked_stock import LockedStock

# Units by variant and warehouse.
Places = Mapping[tuple[UUID, UUID], int]


@transaction.atomic
def move(places: Places, kind: MovementKind, cause: Cause) -> list[StockLevel]:
    """
    Add or remove units on hand; returns the levels afterwards.

    One statement locks all levels: one per warehouse could deadlock. A level may become short, see
    `StockLevel.is_short`.

    :raises NotOnShelf: if more would leave than are on hand
    """
    stock = _locked_stock(places)
    levels = []
    for place, units in places.items():
        level = stock.level(*place)
        if level.on_hand + units < 0:
            raise NotOnShelf(
                _("Only %(units)s units of %(sku)s are on hand.")
                % {"units": level.on_hand, "sku": level.variant.sku}
            )
        stock.move(level, kind, units, units, cause)
        levels.append(level)
    stock.save()
    return levels


@transaction.atomic
def take_free(warehouse_id: UUID, quantities: Mapping[UUID, int], cause: Cause) -> None:
    """
    Remove available units for a transfer.

    :raises OutOfStock: if not all of them are available; it names the variants
    """
    stock = _locked_stock((variant_id, warehouse_id) for variant_id in quantities)
    missing = []
    for variant_id, units in quantities.items():
        level = stock.level(variant_id, warehouse_id)
        stock.make_room(variant_id, units, [level])
        if level.available < units:
            missing.append(variant_id)
        stock.move(level, MovementKind.TRANSFER_OUT, -units, -units, cause)
    if missing:
        raise OutOfStock(missing)
    stock.save()


def _locked_stock(places: Iterable[tuple[UUID, UUID]]) -> LockedStock:
    """The variants' levels, created where they are missing."""
    levels = [StockLevel(variant_id=of, warehouse_id=at) for of, at in sorted(places)]
    StockLevel.objects.bulk_create(levels, ignore_conflicts=True)
    return LockedStock(level.variant_id for level in levels)
