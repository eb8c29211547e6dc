"""Writing again what an order says. What it costs then is worked out by anyone who calls."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from catalog.services import add_sold
from core.ids import uuid7
from orders import selectors, services
from orders.buyer_fingerprint import fingerprint_of
from orders.drafts import NewAddress, NewDiscount, NewLine
from orders.events import OrderChanged
from orders.models import AddressKind, Order, OrderDiscount, OrderEventKind, OrderLine
from orders.pictures import note_pictures
from orders.states import OrderStatus
from outbox.services import publish

_FIGURES = ("quantity", "discount", "tax", "total", "unit_allocations")
_TOTALS = (
    *("subtotal", "discount_total", "shipping_total", "tax_total", "total", "pricing"),
    *("shipping_method_code", "shipping_method_name", "promised_from", "promised_to"),
)


@dataclass(frozen=True, kw_only=True)
class ChangedOrder:
    """
    What an order says from now on.

    `lines` are those that stay, by their keys, with their new figures; `added` come after them.
    The address is None where it stays.
    """

    lines: Mapping[UUID, NewLine]
    added: tuple[NewLine, ...] = ()
    subtotal: Decimal
    discount_total: Decimal
    shipping_total: Decimal
    tax_total: Decimal
    total: Decimal
    pricing: dict[str, Any]
    shipping_method_code: str
    shipping_method_name: str
    promised_from: date | None = None
    promised_to: date | None = None
    shipping_discounts: tuple[NewDiscount, ...] = ()
    address: NewAddress | None = None
    is_pickup: bool = False
    # What the timeline and the shopper's mail tell of it.
    details: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def change(order_id: UUID, new: ChangedOrder, *, actor_id: UUID | None, note: str = "") -> None:
    """
    Write lines, figures, delivery and address again, and say OrderChanged.

    Neither units nor money are touched: the caller does that in the same transaction. The note is
    for staff.
    """
    order = Order.objects.locked().get(pk=order_id)
    before = selectors.units_to_move(order_id)
    _write_lines(order, new)
    for name in _TOTALS:
        setattr(order, name, getattr(new, name))
    order.save(update_fields=_TOTALS)
    if new.address:
        _move_to(order, new.address, is_pickup=new.is_pickup)
    if order.status != OrderStatus.PENDING:
        _count_sold(before, selectors.units_to_move(order_id))
    _tell(order, new, actor_id, note)


def _tell(order: Order, new: ChangedOrder, actor_id: UUID | None, note: str) -> None:
    key = str(uuid7())
    details = {**new.details, "change": key}
    services.record(order.pk, OrderEventKind.EDITED, actor_id=actor_id, details=details)
    if note:
        services.record(
            order.pk, OrderEventKind.NOTE, actor_id=actor_id, note=note[:255], is_public=False
        )
    publish(OrderChanged(order_id=str(order.pk), change=key))


def _write_lines(order: Order, new: ChangedOrder) -> None:
    OrderDiscount.objects.filter(order=order).delete()
    rows = {row.pk: row for row in order.lines.all()}
    OrderLine.objects.filter(pk__in=rows.keys() - new.lines.keys()).delete()
    kept = [(rows[key], line) for key, line in new.lines.items()]
    for row, line in kept:
        for name in _FIGURES:
            setattr(row, name, getattr(line, name))
    OrderLine.objects.bulk_update([row for row, _ in kept], _FIGURES)
    first = max((row.position for row in rows.values()), default=-1) + 1
    added = [
        (OrderLine(id=uuid7(), order=order, position=place, **services.line_fields(line)), line)
        for place, line in enumerate(new.added, first)
    ]
    note_pictures([row for row, _ in added])
    OrderLine.objects.bulk_create([row for row, _ in added])
    _write_discounts(order, [*kept, *added], new.shipping_discounts)


def _write_discounts(
    order: Order, lines: Iterable[tuple[OrderLine, NewLine]], gifts: Iterable[NewDiscount]
) -> None:
    owned = [(row, discount) for row, line in lines for discount in line.discounts]
    OrderDiscount.objects.bulk_create(
        services.discount_row(order, row, discount)
        for row, discount in [*owned, *((None, gift) for gift in gifts)]
    )


def _move_to(order: Order, address: NewAddress, *, is_pickup: bool) -> None:
    """The order's marks follow: a shop where it waits is nobody's home."""
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
