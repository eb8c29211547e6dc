"""Create an order and take it from one status to the next."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.services import add_sold
from core.ids import uuid7
from core.observability import log_context
from core.states import check_transition
from inventory import services as inventory
from orders import purchase_limits, selectors
from orders.amounts import LINE_COLUMNS, NewLine, Reason
from orders.buyer_fingerprint import Buyer, fingerprint_of_new_order
from orders.events import (
    OrderCancelled,
    OrderConfirmed,
    OrderExpired,
    OrderPaid,
    OrderPlaced,
    OrderSettled,
)
from orders.exceptions import CancellationTooLate
from orders.models import (
    Order,
    OrderAddress,
    OrderDiscount,
    OrderEvent,
    OrderEventKind,
    OrderLine,
)
from orders.new_orders import NewOrder
from orders.numbers import next_order_number
from orders.pictures import note_pictures
from orders.states import (
    MONEY_IS_IN,
    PAYMENT_STATUS_TRANSITIONS,
    SALES,
    FulfilmentStatus,
    OrderStatus,
    PaymentStatus,
)
from outbox.registry import Event
from outbox.services import publish

_MONEY_MISSING = (PaymentStatus.PARTIALLY_PAID, PaymentStatus.REVIEW)
_NOT_COLUMNS = {
    *("lines", "addresses", "shipping_discounts", "is_pickup", "is_nameless"),
    *("variants", "holder", "stock_units", "destination", "from_warehouse"),
}


@transaction.atomic(savepoint=False)
def create(new: NewOrder, actor_id: UUID | None = None) -> Order:
    """
    Write the order with its lines, addresses and discounts, and publish OrderPlaced.

    `actor_id` is who of the staff has placed it for its customer.
    Neither stock nor promotions are touched: `checkout.services.write_order` does that.
    """
    columns = {name: value for name, value in vars(new).items() if name not in _NOT_COLUMNS}
    marks = list(fingerprint_of_new_order(new))
    order = Order(number=next_order_number(new.placed_at), marks=marks, **columns)
    order.save(force_insert=True)
    lines = add_lines(order, new.lines)
    write_discounts(order, zip(lines, new.lines, strict=True), new.shipping_discounts)
    OrderAddress.objects.bulk_create(
        OrderAddress(order=order, **asdict(address)) for address in new.addresses
    )
    record(order.pk, OrderEventKind.PLACED, actor_id=actor_id)
    publish_about(order, OrderPlaced(order_id=str(order.pk)))
    return order


def add_lines(order: Order, new: Iterable[NewLine], first: int = 0) -> list[OrderLine]:
    """Write lines, the first of them at this position."""
    lines = [
        OrderLine(id=uuid7(), order=order, position=position, **line_columns(line))
        for position, line in enumerate(new, first)
    ]
    note_pictures(lines)
    return OrderLine.objects.bulk_create(lines)


def write_discounts(
    order: Order, lines: Iterable[tuple[OrderLine, NewLine]], gifts: Iterable[Reason]
) -> None:
    """Write why each line, and with `gifts` the delivery, costs less."""
    reasons: list[tuple[OrderLine | None, Reason]] = [
        (row, reason) for row, line in lines for reason in line.reasons
    ]
    reasons += [(None, gift) for gift in gifts]
    OrderDiscount.objects.bulk_create(
        OrderDiscount(
            order=order,
            line=row,
            promotion=reason.promotion_id,
            code=reason.code,
            reason=reason.name[:255],
            amount=reason.amount,
        )
        for row, reason in reasons
    )


def line_columns(line: NewLine) -> dict[str, Any]:
    """A line as its row stores it."""
    columns = {name: getattr(line, name) for name in LINE_COLUMNS}
    return columns | {"unit_allocations": [unit.as_json() for unit in line.units]}


@transaction.atomic
def confirm(order_id: UUID, actor_id: UUID | None = None) -> None:
    """
    Make the order a sale before its money is in: it is collected at the door.

    An order that is a sale already stays as it is.

    :raises OutOfStock: if units are missing and cannot be had again
    :raises InvalidTransition: if the order is over
    """
    order = selectors.locked(order_id)
    if order.status not in SALES:
        _sell(order, actor_id)


@transaction.atomic
def mark_paid(order_id: UUID) -> None:
    """
    Record that the order is paid: its units are sold, the order is confirmed.

    Late money revives an expired order if its units can be had again. Does not write
    `payment_status`, which follows the ledger. Idempotent.

    :raises OutOfStock: if units are missing and cannot be had again; nothing is changed then
    :raises LimitReached: if the money is late and the customer has bought as many meanwhile
    :raises InvalidTransition: if the order is cancelled: its money goes back
    """
    order = selectors.locked(order_id)
    was = OrderStatus(order.status)
    if was in SALES and order.paid_at:
        return
    late = was == OrderStatus.EXPIRED
    if late:
        _check_purchase_limits(order)
    if was not in SALES:
        _sell(order, None)
    order.paid_at = timezone.now()
    order.save(update_fields=["paid_at"])
    record(order_id, OrderEventKind.PAID_LATE if late else OrderEventKind.PAID)
    publish_about(order, OrderPaid(order_id=str(order_id)))


def _check_purchase_limits(order: Order) -> None:
    """An order that was over did not count: its buyer may have ordered as much again."""
    buyer = Buyer.of(order, order.marks)
    purchase_limits.lock(buyer)
    lines = list(order.lines.select_related("variant__product"))
    units: dict[UUID, int] = defaultdict(int)
    for line in lines:
        units[line.variant_id] += line.open_quantity
    purchase_limits.check(
        buyer,
        units,
        {line.variant_id: line.variant for line in lines},
        {line.variant.product_id for line in lines},
        excluding=order.pk,
    )


def _sell(order: Order, actor_id: UUID | None) -> None:
    units = selectors.units_to_move(order.pk)
    inventory.record_sale(order=order.pk, quantities=units, actor_id=actor_id)
    add_sold(units)
    order.move_to(OrderStatus.CONFIRMED)
    order.cancelled_at = None
    order.expires_at = None
    order.save(update_fields=["cancelled_at", "expires_at"])
    record(order.pk, OrderEventKind.CONFIRMED, actor_id=actor_id)
    publish_about(order, OrderConfirmed(order_id=str(order.pk)))


@transaction.atomic
def set_payment_status(order_id: UUID, status: PaymentStatus) -> None:
    """As `write_payment_status`, for an order that is not locked yet."""
    write_payment_status(selectors.locked(order_id), status)


def write_payment_status(order: Order, status: PaymentStatus) -> None:
    """
    Write what the ledger says; the caller holds the row lock. The same again changes nothing.

    :raises InvalidTransition: if the status does not follow from the present one
    """
    if order.payment_status == status:
        return
    was = PaymentStatus(order.payment_status)
    check_transition(PAYMENT_STATUS_TRANSITIONS, was, status)
    order.payment_status = status
    order.save(update_fields=["payment_status"])
    if order.paid_at and was in _MONEY_MISSING and status in MONEY_IS_IN:
        publish_about(order, OrderSettled(order_id=str(order.pk)))


@transaction.atomic
def cancel(order_id: UUID, *, actor_id: UUID | None, reason: str) -> None:
    """
    Cancel the order and give its units back. A cancelled order stays as it is.

    Its money is sent back by `payments`, its coupon given back by `promotions`, after the commit.

    :raises CancellationTooLate: if a parcel has left
    :raises InvalidTransition: if the order is completed
    """
    order = selectors.locked(order_id)
    was = OrderStatus(order.status)
    if was == OrderStatus.CANCELLED:
        return
    if order.fulfilment_status != FulfilmentStatus.NONE:
        raise CancellationTooLate(_("The order has been shipped: it can only be returned."))
    order.move_to(OrderStatus.CANCELLED)
    order.cancelled_at = timezone.now()
    order.save(update_fields=["cancelled_at"])
    if was in SALES:
        inventory.cancel_sale(order=order_id, actor_id=actor_id)
        units = selectors.units_to_move(order_id)
        add_sold({variant_id: -quantity for variant_id, quantity in units.items()})
    else:
        inventory.release(reference=order_id)
    record(order_id, OrderEventKind.CANCELLED, actor_id=actor_id, note=reason[:255])
    publish_about(order, OrderCancelled(order_id=str(order_id), reason=reason))


@transaction.atomic
def cancel_by_customer(order_id: UUID, *, actor_id: UUID | None) -> None:
    """
    Cancel at the shopper's wish: any unpaid order, a paid one for some minutes only.

    :raises CancellationTooLate: if the time is over or the order is on its way
    """
    order = selectors.locked(order_id)
    if not selectors.may_cancel(order, timezone.now()):
        raise CancellationTooLate(_("This order can no longer be cancelled."))
    cancel(order_id, actor_id=actor_id, reason=_("cancelled by the customer"))


@transaction.atomic
def expire(order_id: UUID) -> bool:
    """Let an unpaid order run out and give its units back; False if it is no longer pending."""
    order = selectors.locked(order_id)
    if order.status != OrderStatus.PENDING:
        return False
    order.move_to(OrderStatus.EXPIRED)
    inventory.release(reference=order_id)
    record(order_id, OrderEventKind.EXPIRED)
    publish_about(order, OrderExpired(order_id=str(order_id)))
    return True


@transaction.atomic
def extend(order_id: UUID, *, until: datetime) -> None:
    """Give a pending order more time to be paid, with its hold; an earlier time is ignored."""
    order = selectors.locked(order_id)
    if order.status != OrderStatus.PENDING or (order.expires_at and order.expires_at >= until):
        return
    inventory.extend_order_hold(order=order_id, until=until)
    order.expires_at = until
    order.save(update_fields=["expires_at"])


@transaction.atomic
def choose_payment_method(
    order_id: UUID,
    *,
    code: str,
    name: str,
    instructions: str = "",
    collects_on_delivery: bool = False,
) -> None:
    """Record another payment method of a pending order; other orders stay as they are."""
    if selectors.locked(order_id).status == OrderStatus.PENDING:
        Order.objects.filter(pk=order_id).update(
            payment_method_code=code,
            payment_method_name=name,
            payment_instructions=instructions,
            collects_on_delivery=collects_on_delivery,
        )


@transaction.atomic
def start_processing(order_id: UUID, *, actor_id: UUID | None = None) -> None:
    """
    Say that the order is being prepared.

    :raises InvalidTransition: if it is not confirmed
    """
    order = selectors.locked(order_id)
    if order.status != OrderStatus.PROCESSING:
        order.move_to(OrderStatus.PROCESSING)
        record(order_id, OrderEventKind.PROCESSING, actor_id=actor_id)


@transaction.atomic
def complete(order_id: UUID) -> None:
    """
    Complete an order without open work.

    :raises InvalidTransition: if it is not a sale
    """
    order = selectors.locked(order_id)
    if order.status == OrderStatus.COMPLETED:
        return
    order.move_to(OrderStatus.COMPLETED)
    order.completed_at = timezone.now()
    order.save(update_fields=["completed_at"])
    record(order_id, OrderEventKind.COMPLETED)


@transaction.atomic
def reopen(order_id: UUID, *, actor_id: UUID | None = None) -> None:
    """
    Reopen a completed order that has units to dispatch again.

    :raises InvalidTransition: if it is not closed
    """
    order = selectors.locked(order_id)
    order.move_to(OrderStatus.PROCESSING)
    order.completed_at = None
    order.save(update_fields=["completed_at"])
    record(order_id, OrderEventKind.PROCESSING, actor_id=actor_id)


def record(
    order_id: UUID,
    kind: OrderEventKind,
    *,
    actor_id: UUID | None = None,
    note: str = "",
    details: dict[str, Any] | None = None,
    is_public: bool = True,
) -> None:
    """Write an entry into the order's timeline."""
    OrderEvent.objects.create(
        order_id=order_id,
        kind=kind,
        actor_id=actor_id,
        note=note,
        details=details or {},
        is_public=is_public,
    )


def publish_about(order: Order, event: Event) -> None:
    """Publish the event; the log of its handlers names the order."""
    with log_context.about(order=order.number):
        publish(event)
