"""Sales: an order's holds become committed units, which are dispatched or cancelled."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.exceptions import LevelIsShort, NothingHeld, OutOfStock
from inventory.models import Movement, MovementKind, ReferenceKind, StockLevel
from inventory.selectors import units_to_dispatch
from inventory.services.ledger import Cause
from inventory.services.locked_stock import LockedStock, lock_holders
from inventory.services.moves import Places
from inventory.states import ReservationStatus


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
    more = {
        variant_id: max(units - sold[variant_id], 0) for variant_id, units in quantities.items()
    }
    _take(stock, order, more, _cause(order, actor_id))
    stock.save()


def cancel_sale(*, order: UUID, actor_id: UUID | None = None) -> None:
    """Cancel the order's units that have not been dispatched. Idempotent."""
    change_sale(order=order, quantities={}, actor_id=actor_id)


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
    sold: Counter[UUID] = Counter()
    for (variant_id, _warehouse), units in waiting.items():
        sold[variant_id] += units
    stock = LockedStock({*quantities, *sold}, [order])
    cause = _cause(order, actor_id)
    more = {key: units - sold[key] for key, units in quantities.items() if units > sold[key]}
    _take(stock, order, more, cause)
    for variant_id, units in sold.items():
        back = units - quantities.get(variant_id, 0)
        if back > 0:
            _put_back(stock, waiting, variant_id, back, cause)
    stock.save()


@transaction.atomic
def dispatch(units: Places, *, order: UUID, actor_id: UUID | None = None) -> None:
    """
    Dispatch committed units of the order, by variant and warehouse: all or none.

    :raises NothingHeld: if the order has fewer committed units in one of the warehouses
    :raises LevelIsShort: if more units are committed or reserved there than on hand
    """
    stock = LockedStock({variant_id for variant_id, _warehouse in units}, [order])
    waiting = units_to_dispatch(order)
    if any(not 0 < number <= waiting.get(place, 0) for place, number in units.items()):
        raise NothingHeld(_("The order does not have that many units waiting in this warehouse."))
    for place, number in units.items():
        level = stock.level(*place)
        _check_not_short(level)
        stock.move(level, MovementKind.DISPATCH, 0, -number, _cause(order, actor_id))
    stock.save()


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


def _cause(order: UUID, actor_id: UUID | None) -> Cause:
    return Cause(reference=order, reference_kind=ReferenceKind.ORDER, actor_id=actor_id)


def _take(stock: LockedStock, order: UUID, quantities: Mapping[UUID, int], cause: Cause) -> None:
    """:raises OutOfStock: if units are missing; it names the variants"""
    missing = [
        variant_id
        for variant_id, units in quantities.items()
        if not _take_one(stock, order, variant_id, units, cause)
    ]
    if missing:
        raise OutOfStock(missing)


def _take_one(stock: LockedStock, order: UUID, variant_id: UUID, left: int, cause: Cause) -> bool:
    """Commit held units first, then available ones; returns whether there were enough."""
    for hold in stock.held_by([order], variant_id):
        level = stock.level(variant_id, hold.warehouse_id)
        # On a short level some held units do not exist.
        units = max(min(hold.quantity, left, level.available + hold.quantity), 0)
        if units:
            left -= units
            stock.shrink(hold, units, ReservationStatus.CONVERTED)
            stock.move(level, MovementKind.SALE, -units, 0, cause)
        if hold.status == ReservationStatus.ACTIVE:
            stock.shrink(hold, hold.quantity)
    stock.make_room(variant_id, left)
    for level, units in (stock.find(variant_id, left) if left else {}).items():
        stock.move(level, MovementKind.SALE, -units, 0, cause)
        left -= units
    return not left


def _put_back(
    stock: LockedStock, waiting: Places, variant_id: UUID, quantity: int, cause: Cause
) -> None:
    """Make committed units available again."""
    for level in reversed(stock.levels[variant_id]):
        units = min(waiting.get((variant_id, level.warehouse_id), 0), quantity)
        if units:
            quantity -= units
            stock.move(level, MovementKind.CANCELLATION, units, 0, cause)


def _sold(order: UUID) -> dict[UUID, int]:
    """Units sold to the order, less cancelled ones, by variant."""
    kinds = [MovementKind.SALE, MovementKind.CANCELLATION]
    rows = (
        Movement.objects.filter(reference=order, kind__in=kinds)
        .values_list("variant_id")
        .annotate(units=-Sum("quantity"))
    )
    return defaultdict(int, rows)
