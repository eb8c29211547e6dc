"""Counts of an order line's units: dispatched, delivered, returned, cancelled."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, IntegerField, Sum, Value, When

from catalog.services import add_sold
from orders import selectors
from orders.models import Order, OrderLine
from orders.states import FULFILMENT_TRANSITIONS, FulfilmentStatus

# Units by order line.
Units = Mapping[UUID, int]


def count_shipped(order_id: UUID, units: Units) -> None:
    """These units have left. The caller holds the order's lock, here as below."""
    _count(order_id, units, shipped=1)


def count_delivered(order_id: UUID, units: Units) -> None:
    """These units have arrived."""
    _count(order_id, units, delivered=1)


def count_returned(order_id: UUID, units: Units) -> None:
    """The customer has sent these units back."""
    _count(order_id, units, returned=1)


def count_kept(order_id: UUID, units: Units) -> None:
    """The shop has not taken back what came: the customer has these units again."""
    _count(order_id, units, returned=-1)


def count_open_again(order_id: UUID, units: Units) -> None:
    """Units that had left without arriving are to leave once more."""
    _count(order_id, units, shipped=-1)


def count_given_up(order_id: UUID, units: Units, *, is_back: bool) -> None:
    """
    Units that had left without arriving are not sent again: they count as cancelled.

    `is_back` says whether the shop has them again; else an order of nothing else is lost.
    """
    before = Counter(selectors.units_to_move(order_id))
    empty = FulfilmentStatus.RETURNED if is_back else FulfilmentStatus.LOST
    _count(order_id, units, empty=empty, shipped=-1, cancelled=1)
    before.subtract(selectors.units_to_move(order_id))
    add_sold({variant_id: -number for variant_id, number in before.items() if number})


@transaction.atomic(savepoint=False)
def _count(
    order_id: UUID,
    units: Units,
    *,
    empty: FulfilmentStatus = FulfilmentStatus.RETURNED,
    **signs: int,
) -> None:
    """Add to the lines' columns, and write how far the order is by it: `follow` says `empty`."""
    by_line = Case(
        *(When(pk=line_id, then=Value(number)) for line_id, number in units.items()),
        output_field=IntegerField(),
    )
    columns = {f"{name}_quantity": sign for name, sign in signs.items()}
    OrderLine.objects.filter(order=order_id, pk__in=units).update(
        **{column: F(column) + by_line * sign for column, sign in columns.items()}
    )
    update_fulfilment_status(order_id, empty=empty)


def update_fulfilment_status(
    order_id: UUID, *, empty: FulfilmentStatus = FulfilmentStatus.RETURNED
) -> None:
    """Write how far the order is by what its lines count; `empty` if no line has units left."""
    order = Order.objects.get(pk=order_id)
    was = FulfilmentStatus(order.fulfilment_status)
    order.fulfilment_status = _how_far(order_id, was, empty)
    # After the first delivery the lines alone decide the status.
    if order.fulfilment_status in FULFILMENT_TRANSITIONS.get(was, ()):
        order.save(update_fields=["fulfilment_status"])


def _how_far(order_id: UUID, was: FulfilmentStatus, empty: FulfilmentStatus) -> FulfilmentStatus:
    of = OrderLine.objects.filter(order=order_id).aggregate(
        due=Sum(F("quantity") - F("cancelled_quantity")),
        shipped=Sum("shipped_quantity"),
        delivered=Sum("delivered_quantity"),
        returned=Sum("returned_quantity"),
    )
    if not of["due"]:
        return empty
    if of["returned"] >= of["due"]:
        return FulfilmentStatus.RETURNED
    if of["shipped"] < of["due"]:
        has_left = of["shipped"] or was != FulfilmentStatus.NONE
        return FulfilmentStatus.PARTIAL if has_left else FulfilmentStatus.NONE
    is_there = of["delivered"] >= of["due"]
    return FulfilmentStatus.DELIVERED if is_there else FulfilmentStatus.SHIPPED
