"""Change what an order says. The caller works out what it costs then."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import NotRequired, TypedDict
from uuid import UUID

from django.db import transaction

from catalog.services import add_sold
from core.ids import uuid7
from orders import selectors, services
from orders.amounts import OrderAmounts
from orders.buyer_fingerprint import fingerprint_of
from orders.events import OrderChanged
from orders.models import AddressKind, Order, OrderDiscount, OrderEventKind, OrderLine
from orders.new_orders import NewAddress
from orders.states import OrderStatus
from outbox.services import publish

_FIGURES = ("quantity", "discount", "tax", "total", "unit_allocations")


class ChangedTextJSON(TypedDict):
    before: str
    after: str


class ChangedLineJSON(TypedDict):
    sku: str
    name: str
    before: int
    after: int


class ChangeJSON(TypedDict):
    """A change in the order's timeline and the shopper's mail; amounts are strings."""

    change: NotRequired[str]
    exchange: NotRequired[str]
    lines: list[ChangedLineJSON]
    delivery: ChangedTextJSON
    has_moved: bool
    total: ChangedTextJSON
    to_pay: str
    to_give_back: str


@transaction.atomic
def change(
    order_id: UUID,
    new: OrderAmounts,
    details: ChangeJSON,
    *,
    address: NewAddress | None = None,
    is_pickup: bool = False,
    actor_id: UUID | None,
) -> None:
    """
    Give the order these lines, figures and delivery, and publish OrderChanged.

    Lines stay where their key is a line of the order; without an address it goes where it goes.
    Neither units nor money are touched: the caller does that in the same transaction.
    """
    order = Order.objects.locked().get(pk=order_id)
    before = selectors.units_to_move(order_id)
    _write_lines(order, new)
    columns = new.columns()
    for name, value in columns.items():
        setattr(order, name, value)
    order.save(update_fields=columns)
    if address:
        _move_to(order, address, is_pickup=is_pickup)
    if order.status != OrderStatus.PENDING:
        _count_sold(before, selectors.units_to_move(order_id))
    record_change(order, details, actor_id=actor_id)


def record_change(
    order: Order, details: ChangeJSON, *, actor_id: UUID | None, note: str = ""
) -> None:
    """Write the change into the timeline and publish OrderChanged."""
    key = str(uuid7())
    services.record(
        order.pk,
        OrderEventKind.EDITED,
        actor_id=actor_id,
        note=note,
        details={**details, "change": key},
    )
    publish(OrderChanged(order_id=str(order.pk), change=key))


def _write_lines(order: Order, new: OrderAmounts) -> None:
    OrderDiscount.objects.filter(order=order).delete()
    rows = {str(row.pk): row for row in order.lines.all()}
    kept = [(rows[line.key], line) for line in new.lines if line.key in rows]
    gone = {row.pk for row in rows.values()} - {row.pk for row, _ in kept}
    OrderLine.objects.filter(pk__in=gone).delete()
    for row, line in kept:
        columns = services.line_columns(line)
        for name in _FIGURES:
            setattr(row, name, columns[name])
    OrderLine.objects.bulk_update([row for row, _ in kept], _FIGURES)
    first = max((row.position for row in rows.values()), default=-1) + 1
    new_lines = [line for line in new.lines if line.key not in rows]
    added = zip(services.add_lines(order, new_lines, first), new_lines, strict=True)
    services.write_discounts(order, [*kept, *added], new.delivery.gifts)


def _move_to(order: Order, address: NewAddress, *, is_pickup: bool) -> None:
    """Write the address and the buyer's fingerprint; a pickup point leaves no address in it."""
    order.addresses.update_or_create(kind=AddressKind.SHIPPING, defaults=asdict(address))
    order.marks = list(
        fingerprint_of(
            email=order.email,
            phone=order.phone,
            document=order.document_number,
            address=None if is_pickup else address,
        )
    )
    order.save(update_fields=["marks"])


def _count_sold(before: Mapping[UUID, int], after: Mapping[UUID, int]) -> None:
    units = {key: after.get(key, 0) - before.get(key, 0) for key in {*before, *after}}
    add_sold({key: number for key, number in units.items() if number})
