"""Moving units of many variants onto a warehouse's shelf or off it, all or none."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.exceptions import NotOnShelf, OutOfStock
from inventory.models import MovementKind, StockLevel
from inventory.services import ledger
from inventory.services.ledger import Cause
from inventory.services.shelf import Shelf


@transaction.atomic
def move(
    warehouse_id: UUID, quantities: Mapping[UUID, int], kind: MovementKind, cause: Cause
) -> list[StockLevel]:
    """
    Move these units of these variants: on the shelf and for sale alike. Gives the levels after it.

    A level may fall short by it, see `StockLevel.is_short`.

    :raises NotOnShelf: if more would leave than lie there
    """
    shelf = _shelf(warehouse_id, quantities)
    levels = [shelf.level(variant_id, warehouse_id) for variant_id in quantities]
    for level in levels:
        if level.on_hand + quantities[level.variant_id] < 0:
            raise NotOnShelf(
                _("Only %(units)s units of %(sku)s lie on that shelf.")
                % {"units": level.on_hand, "sku": level.variant.sku}
            )
    _write(shelf, levels, quantities, kind, cause)
    return levels


@transaction.atomic
def take_free(warehouse_id: UUID, quantities: Mapping[UUID, int], cause: Cause) -> None:
    """
    Send units to another warehouse, of those that nobody has bought or holds.

    :raises OutOfStock: if not all of them are free; it names the variants
    """
    shelf = _shelf(warehouse_id, quantities)
    shelf.release_expired()
    levels = [shelf.level(variant_id, warehouse_id) for variant_id in quantities]
    missing = [each.variant_id for each in levels if each.available < quantities[each.variant_id]]
    if missing:
        raise OutOfStock(missing)
    leaving = {variant_id: -quantity for variant_id, quantity in quantities.items()}
    _write(shelf, levels, leaving, MovementKind.TRANSFER_OUT, cause)


def lock_levels(places: Iterable[tuple[UUID, UUID]]) -> None:
    """
    Lock the levels of these variants, with an empty one for each of these warehouses.

    Whoever moves goods in several warehouses calls this before: all are locked in the one order
    that everybody keeps.
    """
    places = set(places)
    _have_levels(places)
    variant_ids = {variant_id for variant_id, _warehouse_id in places}
    len(StockLevel.objects.filter(variant_id__in=variant_ids).locked())


def _have_levels(places: Iterable[tuple[UUID, UUID]]) -> None:
    StockLevel.objects.bulk_create(
        [StockLevel(variant_id=of, warehouse_id=at) for of, at in sorted(places)],
        ignore_conflicts=True,
    )


def _shelf(warehouse_id: UUID, quantities: Mapping[UUID, int]) -> Shelf:
    _have_levels((variant_id, warehouse_id) for variant_id in quantities)
    return Shelf(quantities)


def _write(
    shelf: Shelf,
    levels: list[StockLevel],
    quantities: Mapping[UUID, int],
    kind: MovementKind,
    cause: Cause,
) -> None:
    moving = [(level, quantities[level.variant_id]) for level in levels]
    for level, units in moving:
        shelf.stock(level, units)
    shelf.save()
    ledger.write([ledger.movement(level, kind, units, units, cause) for level, units in moving])
