"""The rows of the reports on payments, for commands and pages alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from core.reports import Filters
from inventory.models import Movement, MovementKind, Reservation
from inventory.selection import Selection, select
from orders.models import Order, OrderLine
from orders.states import OrderStatus
from payments.models import Payment
from payments.states import PaymentState


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingRow:
    """Money that is awaited; without a payment where the shopper has no attempt under way."""

    order: str
    payment: str
    method: str
    gateway: str
    state: str
    amount: Decimal
    currency: str
    created_at: datetime
    expires_at: datetime | None
    error: str


def pending(filters: Filters) -> Iterator[PendingRow]:
    """
    Orders that wait for money: payments under way or under review, then orders that have none.

    The oldest first; the days are those of the payment's or the order's beginning. Two queries,
    and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    live = Payment.objects.live()
    waiting = Payment.objects.filter(Q(state=PaymentState.REVIEW) | Q(pk__in=live.values("pk")))
    payments = waiting.filter(_of_order(chosen, "order"), chosen.of_days("created_at"))
    for payment in payments.select_related("order", "method").order_by("created_at"):
        yield _row(payment)
    idle = Order.objects.filter(
        ~Exists(waiting.filter(order=OuterRef("pk"))),
        _of_order(chosen, "pk"),
        chosen.of_days("placed_at"),
        status=OrderStatus.PENDING,
    )
    for order in idle.order_by("placed_at"):
        yield _idle_row(order)


def _of_order(chosen: Selection, path: str) -> Q:
    """Orders with a line of those goods, and with units held or sold in that warehouse."""
    found = Q()
    if goods := chosen.of_goods("variant__", seller="seller"):
        found &= Q(Exists(OrderLine.objects.filter(goods, order=OuterRef(path))))
    if place := chosen.of_place():
        held = Reservation.objects.active().filter(place, reference=OuterRef(path))
        sold = Movement.objects.filter(place, reference=OuterRef(path), kind=MovementKind.SALE)
        found &= Q(Exists(held)) | Q(Exists(sold))
    return found


def _row(payment: Payment) -> PendingRow:
    return PendingRow(
        order=payment.order.number,
        payment=payment.number,
        method=payment.method.code if payment.method else "",
        gateway=payment.gateway,
        state=payment.state,
        amount=payment.amount,
        currency=payment.currency,
        created_at=payment.created_at,
        expires_at=payment.expires_at,
        error=payment.error_message,
    )


def _idle_row(order: Order) -> PendingRow:
    return PendingRow(
        order=order.number,
        payment="",
        method=order.payment_method_code,
        gateway="",
        state=order.payment_status,
        amount=order.rest_total,
        currency=order.currency,
        created_at=order.placed_at,
        expires_at=order.expires_at,
        error="",
    )
