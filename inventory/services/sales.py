"""From an order's hold to a sale, and from a sale to the parcel or back."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.exceptions import LevelIsShort, NothingHeld, OutOfStock
from inventory.models import Movement, MovementKind, ReferenceKind, StockLevel
from inventory.selectors import units_to_dispatch
from inventory.services import ledger
from inventory.services.ledger import Cause, CauseDetails
from inventory.services.locked_stock import LockedStock, lock_holders
from inventory.states import ReservationStatus

Taken = dict[StockLevel, int]
_BACK = MovementKind.CANCELLATION


@transaction.atomic
def record_sale(
    *, order: UUID, quantities: Mapping[UUID, int], actor_id: UUID | None = None
) -> None:
    """
    Make the order's hold a sale: it ends with exactly these units sold, so twice is once.

    Units that the order no longer holds are taken again if there are any.

    :raises OutOfStock: if units are missing; nothing has changed then
    """
    shelf = LockedStock(quantities, [order])
    sold = _sold(order)
    cause = Cause(reference=order, reference_kind=ReferenceKind.ORDER, actor_id=actor_id)
    movements: list[Movement] = []
    missing = []
    for variant_id, quantity in quantities.items():
        wanted = max(quantity - sold[variant_id], 0)
        taken = _take(shelf, order, variant_id, wanted)
        if sum(taken.values()) < wanted:
            missing.append(variant_id)
        movements += [
            ledger.movement(level, MovementKind.SALE, -units, 0, cause)
            for level, units in taken.items()
        ]
    if missing:
        raise OutOfStock(missing)
    shelf.save()
    ledger.write(movements)


@transaction.atomic
def cancel_sale(*, order: UUID, actor_id: UUID | None = None) -> None:
    """Take back what the order bought and what has not been dispatched yet. Twice is once."""
    lock_holders([order])
    shelf = LockedStock(
        {variant_id for variant_id, _warehouse in units_to_dispatch(order)}, [order]
    )
    cause = Cause(reference=order, reference_kind=ReferenceKind.ORDER, actor_id=actor_id)
    movements = []
    for (variant_id, warehouse_id), units in units_to_dispatch(order).items():
        level = shelf.level(variant_id, warehouse_id)
        shelf.commit(level, -units)
        movements.append(ledger.movement(level, MovementKind.CANCELLATION, units, 0, cause))
    shelf.save()
    ledger.write(movements)


@transaction.atomic
def change_sale(
    *, order: UUID, quantities: Mapping[UUID, int], actor_id: UUID | None = None
) -> None:
    """
    Bring what the order has bought and what is still to leave to exactly these units by variant.

    Variants that are not named are given back. Units go back first to the warehouses that would
    be asked last. Twice is once.

    :raises OutOfStock: if units are missing; nothing has changed then
    """
    lock_holders([order])
    waiting = units_to_dispatch(order)
    shelf = LockedStock({*quantities, *(variant_id for variant_id, _warehouse in waiting)}, [order])
    cause = Cause(reference=order, reference_kind=ReferenceKind.ORDER, actor_id=actor_id)
    movements: list[Movement] = []
    missing = []
    for variant_id, sold in _by_variant(waiting, quantities).items():
        more = quantities.get(variant_id, 0) - sold
        taken = _take(shelf, order, variant_id, more) if more > 0 else {}
        if sum(taken.values()) < more:
            missing.append(variant_id)
        back = _put_back(shelf, waiting, variant_id, -more) if more < 0 else {}
        movements += [
            *(ledger.movement(at, MovementKind.SALE, -n, 0, cause) for at, n in taken.items()),
            *(
                ledger.movement(at, MovementKind.CANCELLATION, n, 0, cause)
                for at, n in back.items()
            ),
        ]
    if missing:
        raise OutOfStock(missing)
    shelf.save()
    ledger.write(movements)


def dispatch(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    *,
    reference: UUID,
    **details: Unpack[CauseDetails],
) -> None:
    """Units of one variant leave the shelf, as `dispatch_units` has it."""
    dispatch_units({(variant_id, warehouse_id): quantity}, reference=reference, **details)


@transaction.atomic
def dispatch_units(
    units: Mapping[tuple[UUID, UUID], int], *, reference: UUID, **details: Unpack[CauseDetails]
) -> None:
    """
    Sold units leave the shelves, all or none. `reference` is the order that bought them.

    :raises NothingHeld: if the order has fewer units waiting in one of the warehouses
    :raises LevelIsShort: if more units are spoken for there than lie on the shelf
    """
    shelf = LockedStock({variant_id for variant_id, _warehouse in units}, [reference])
    waiting = units_to_dispatch(reference)
    if any(not 0 < units[place] <= waiting.get(place, 0) for place in units):
        raise NothingHeld(_("The order has not that many units waiting in this warehouse."))
    details.setdefault("reference_kind", ReferenceKind.ORDER)
    cause = Cause(reference=reference, **details)
    movements = []
    for place, quantity in units.items():
        level = shelf.level(*place)
        _check_not_short(level)
        shelf.stock(level, -quantity)
        shelf.commit(level, -quantity)
        movements.append(ledger.movement(level, MovementKind.DISPATCH, 0, -quantity, cause))
    shelf.save()
    ledger.write(movements)


def _check_not_short(level: StockLevel) -> None:
    if not level.is_short:
        return
    raise LevelIsShort(
        _(
            "Units are missing on the shelf: %(lie)s of %(sku)s lie in %(warehouse)s, and"
            " %(sold)s are sold or held. The person who keeps the stock solves it on the page of"
            " the stock level: count, receive or transfer units."
        )
        % {
            "lie": level.on_hand,
            "sku": level.variant.sku,
            "warehouse": level.warehouse,
            "sold": level.committed + level.reserved,
        },
        level_id=level.pk,
    )


def _take(shelf: LockedStock, order: UUID, variant_id: UUID, quantity: int) -> Taken:
    """Take held units first, then free ones, and count them as sold."""
    taken: Taken = defaultdict(int)
    left = quantity
    for hold in shelf.held_by([order], variant_id):
        level = shelf.level(variant_id, hold.warehouse_id)
        # On a short level some held units do not exist.
        units = max(min(hold.quantity, left, level.available + hold.quantity), 0)
        if units:
            left -= units
            shelf.shrink(hold, units, ReservationStatus.CONVERTED)
            shelf.commit(level, units)
            taken[level] += units
        if hold.status == ReservationStatus.ACTIVE:
            shelf.shrink(hold, hold.quantity)
    shelf.make_room(variant_id, left)
    for level, units in (shelf.find(variant_id, left) if left else {}).items():
        shelf.commit(level, units)
        taken[level] += units
    return taken


def _by_variant(
    waiting: Mapping[tuple[UUID, UUID], int], quantities: Mapping[UUID, int]
) -> dict[UUID, int]:
    """Units still to leave of each variant that the order has or is to have."""
    found = dict.fromkeys(quantities, 0)
    for (variant_id, _warehouse), units in waiting.items():
        found[variant_id] = found.get(variant_id, 0) + units
    return found


def _put_back(
    shelf: LockedStock, waiting: Mapping[tuple[UUID, UUID], int], variant_id: UUID, quantity: int
) -> Taken:
    """Have so many sold units for sale again."""
    back: Taken = {}
    for level in reversed(shelf.levels[variant_id]):
        units = min(waiting.get((variant_id, level.warehouse_id), 0), quantity)
        if units:
            quantity -= units
            shelf.commit(level, -units)
            back[level] = units
    return back


def _sold(order: UUID) -> dict[UUID, int]:
    """Units sold to the order and not cancelled, by variant."""
    kinds = [MovementKind.SALE, MovementKind.CANCELLATION]
    rows = (
        Movement.objects.filter(reference=order, kind__in=kinds)
        .values_list("variant_id")
        .annotate(units=-Sum("quantity"))
    )
    return defaultdict(int, rows)
