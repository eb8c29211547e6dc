"""Sales: an order's holds become committed units, which are dispatched or cancelled."""

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
    Commit the order's units: exactly these are sold to it afterwards, so it is idempotent.

    Units that the order no longer holds are taken from what is available.

    :raises OutOfStock: if units are missing; nothing has changed then
    """
    stock = LockedStock(quantities, [order])
    sold = _sold(order)
    cause = Cause(reference=order, reference_kind=ReferenceKind.ORDER, actor_id=actor_id)
    movements: list[Movement] = []
    missing = []
    for variant_id, quantity in quantities.items():
        wanted = max(quantity - sold[variant_id], 0)
        taken = _take(stock, order, variant_id, wanted)
        if sum(taken.values()) < wanted:
            missing.append(variant_id)
        movements += [
            ledger.movement(level, MovementKind.SALE, -units, 0, cause)
            for level, units in taken.items()
        ]
    if missing:
        raise OutOfStock(missing)
    stock.save()
    ledger.write(movements)


@transaction.atomic
def cancel_sale(*, order: UUID, actor_id: UUID | None = None) -> None:
    """Cancel the order's units that have not been dispatched. Idempotent."""
    lock_holders([order])
    stock = LockedStock(
        {variant_id for variant_id, _warehouse in units_to_dispatch(order)}, [order]
    )
    cause = Cause(reference=order, reference_kind=ReferenceKind.ORDER, actor_id=actor_id)
    movements = []
    for (variant_id, warehouse_id), units in units_to_dispatch(order).items():
        level = stock.level(variant_id, warehouse_id)
        stock.add_committed(level, -units)
        movements.append(ledger.movement(level, MovementKind.CANCELLATION, units, 0, cause))
    stock.save()
    ledger.write(movements)


@transaction.atomic
def change_sale(
    *, order: UUID, quantities: Mapping[UUID, int], actor_id: UUID | None = None
) -> None:
    """
    Set the order's undispatched units to exactly these, by variant. Idempotent.

    Variants that are not named are cancelled. Units go back to the warehouses of the lowest
    priority first.

    :raises OutOfStock: if units are missing; nothing has changed then
    """
    lock_holders([order])
    waiting = units_to_dispatch(order)
    stock = LockedStock({*quantities, *(variant_id for variant_id, _warehouse in waiting)}, [order])
    cause = Cause(reference=order, reference_kind=ReferenceKind.ORDER, actor_id=actor_id)
    movements: list[Movement] = []
    missing = []
    for variant_id, sold in _by_variant(waiting, quantities).items():
        more = quantities.get(variant_id, 0) - sold
        taken = _take(stock, order, variant_id, more) if more > 0 else {}
        if sum(taken.values()) < more:
            missing.append(variant_id)
        back = _put_back(stock, waiting, variant_id, -more) if more < 0 else {}
        movements += [
            *(ledger.movement(at, MovementKind.SALE, -n, 0, cause) for at, n in taken.items()),
            *(
                ledger.movement(at, MovementKind.CANCELLATION, n, 0, cause)
                for at, n in back.items()
            ),
        ]
    if missing:
        raise OutOfStock(missing)
    stock.save()
    ledger.write(movements)


def dispatch(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    *,
    reference: UUID,
    **details: Unpack[CauseDetails],
) -> None:
    """Units of one variant leave the stock, as `dispatch_units` has it."""
    dispatch_units({(variant_id, warehouse_id): quantity}, reference=reference, **details)


@transaction.atomic
def dispatch_units(
    units: Mapping[tuple[UUID, UUID], int], *, reference: UUID, **details: Unpack[CauseDetails]
) -> None:
    """
    Dispatch committed units of the order `reference`: all or none.

    :raises NothingHeld: if the order has fewer committed units in one of the warehouses
    :raises LevelIsShort: if more units are committed or reserved there than on hand
    """
    stock = LockedStock({variant_id for variant_id, _warehouse in units}, [reference])
    waiting = units_to_dispatch(reference)
    if any(not 0 < units[place] <= waiting.get(place, 0) for place in units):
        raise NothingHeld(_("The order does not have that many units waiting in this warehouse."))
    details.setdefault("reference_kind", ReferenceKind.ORDER)
    cause = Cause(reference=reference, **details)
    movements = []
    for place, quantity in units.items():
        level = stock.level(*place)
        _check_not_short(level)
        stock.add_on_hand(level, -quantity)
        stock.add_committed(level, -quantity)
        movements.append(ledger.movement(level, MovementKind.DISPATCH, 0, -quantity, cause))
    stock.save()
    ledger.write(movements)


def _check_not_short(level: StockLevel) -> None:
    if not level.is_short:
        return
    raise LevelIsShort(
        _(
            "Stock is short: %(warehouse)s has %(lie)s units of %(sku)s, and %(sold)s are sold "
            "or held. Resolve it on the page of the stock level: count, receive or transfer "
            "units."
        )
        % {
            "lie": level.on_hand,
            "sku": level.variant.sku,
            "warehouse": level.warehouse,
            "sold": level.committed + level.reserved,
        },
        level_id=level.pk,
    )


def _take(stock: LockedStock, order: UUID, variant_id: UUID, quantity: int) -> Taken:
    """Commit held units first, then available ones."""
    taken: Taken = defaultdict(int)
    left = quantity
    for hold in stock.held_by([order], variant_id):
        level = stock.level(variant_id, hold.warehouse_id)
        # On a short level some held units do not exist.
        units = max(min(hold.quantity, left, level.available + hold.quantity), 0)
        if units:
            left -= units
            stock.shrink(hold, units, ReservationStatus.CONVERTED)
            stock.add_committed(level, units)
            taken[level] += units
        if hold.status == ReservationStatus.ACTIVE:
            stock.shrink(hold, hold.quantity)
    stock.make_room(variant_id, left)
    for level, units in (stock.find(variant_id, left) if left else {}).items():
        stock.add_committed(level, units)
        taken[level] += units
    return taken


def _by_variant(
    waiting: Mapping[tuple[UUID, UUID], int], quantities: Mapping[UUID, int]
) -> dict[UUID, int]:
    """Undispatched units of each variant that the order has or gets."""
    found = dict.fromkeys(quantities, 0)
    for (variant_id, _warehouse), units in waiting.items():
        found[variant_id] = found.get(variant_id, 0) + units
    return found


def _put_back(
    stock: LockedStock, waiting: Mapping[tuple[UUID, UUID], int], variant_id: UUID, quantity: int
) -> Taken:
    """Make committed units available again."""
    back: Taken = {}
    for level in reversed(stock.levels[variant_id]):
        units = min(waiting.get((variant_id, level.warehouse_id), 0), quantity)
        if units:
            quantity -= units
            stock.add_committed(level, -units)
            back[level] = units
    return back


def _sold(order: UUID) -> dict[UUID, int]:
    """Units sold to the order, less cancelled ones, by variant."""
    kinds = [MovementKind.SALE, MovementKind.CANCELLATION]
    rows = (
        Movement.objects.filter(reference=order, kind__in=kinds)
        .values_list("variant_id")
        .annotate(units=-Sum("quantity"))
    )
    return defaultdict(int, rows)
