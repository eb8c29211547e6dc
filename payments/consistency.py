"""Check that orders agree with their lines and their money, and that their events arrived."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Prefetch, Q, Sum
from django.utils import timezone

from core.money import ZERO
from core.reports.base import Filters
from orders.models import Order, OrderLine, OrderQuerySet
from orders.states import SALES, OrderStatus
from outbox.models import Message
from payments.models import Payment
from payments.selectors import balance_read, sums_read
from payments.services.settle import derive_payment_status

# What takes longer than this is not on its way but forgotten.
PATIENCE = timedelta(minutes=30)
_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class OrderDifference:
    """A fact about an order that is not what its causes give."""

    order: str
    what: str
    stored: str
    proven: str


def differences_in(filters: Filters) -> Iterator[OrderDifference]:
    """
    Inconsistencies of the orders placed in these days, and undelivered events.

    Five queries for each 500 orders, and two. Suspicious orders are locked and read again: they
    may have been paid between one query and the next.
    """
    placed = Order.objects.all()
    if filters.starts_at:
        placed = placed.filter(placed_at__gte=filters.starts_at)
    if filters.ends_at:
        placed = placed.filter(placed_at__lt=filters.ends_at)
    for orders in _in_batches(placed):
        if wrong := {order.pk for order, _difference in _of_orders(orders)}:
            yield from _still_wrong(wrong)
    yield from _untold(placed)


def _in_batches(placed: OrderQuerySet) -> Iterator[list[Order]]:
    rows = _with_money(placed.order_by("pk"))
    orders = list(rows[:_BATCH])
    while orders:
        yield orders
        orders = list(rows.filter(pk__gt=orders[-1].pk)[:_BATCH])


def _with_money(orders: OrderQuerySet) -> OrderQuerySet:
    payments = Payment.objects.prefetch_related("ledger", "refunds")
    return orders.prefetch_related(Prefetch("payments", payments))


@transaction.atomic
def _still_wrong(orders: set[UUID]) -> list[OrderDifference]:
    """Their differences, found under lock."""
    locked = list(_with_money(Order.objects.filter(pk__in=orders).locked()))
    return [difference for _order, difference in _of_orders(locked)]


def _of_orders(orders: list[Order]) -> Iterator[tuple[Order, OrderDifference]]:
    goods = _goods(orders)
    for order in orders:
        for difference in _of_order(order, goods):
            yield order, difference


def _goods(orders: list[Order]) -> dict[UUID, Decimal]:
    """What the lines of each order cost together, before discounts."""
    found = OrderLine.objects.filter(order__in=orders).order_by().values_list("order")
    return dict(found.annotate(goods=Sum(F("total") + F("discount"))))


def _of_order(order: Order, goods: dict[UUID, Decimal]) -> Iterator[OrderDifference]:
    is_sale = order.paid_at is not None
    owes = is_sale and order.status in SALES and balance_read(order).due(order.total) > 0
    payments = list(order.payments.all())
    status = derive_payment_status(
        order.total, sums_read(order), payments, is_sale=is_sale, owes=owes
    )
    if order.payment_status != status:
        yield _differs(order, "payment", order.payment_status, status)
    lines = goods.get(order.pk, ZERO)
    if order.subtotal != lines:
        yield _differs(order, "subtotal", order.subtotal, lines)
    late = timezone.now() - PATIENCE
    if order.status == OrderStatus.PENDING and order.expires_at and order.expires_at < late:
        yield _differs(order, "status", order.status, OrderStatus.EXPIRED)


def _untold(placed: OrderQuerySet) -> Iterator[OrderDifference]:
    """News of an order that its handler has given back too often, or not got for too long."""
    is_late = Q(delivered_at=None, created_at__lt=timezone.now() - PATIENCE)
    messages = Message.objects.filter(
        is_late | Q(given_up_at__isnull=False), payload__has_key="order_id"
    )
    waiting = messages.order_by("pk").values_list("payload__order_id", "handler")
    untold = [(UUID(order_id), handler) for order_id, handler in waiting]
    keys = {order_id for order_id, _handler in untold}
    numbers = dict(placed.filter(pk__in=keys).values_list("pk", "number"))
    for order_id, handler in untold:
        if order_id in numbers:
            yield OrderDifference(
                order=numbers[order_id], what="news", stored="waits", proven=handler
            )


def _differs(order: Order, what: str, stored: object, proven: object) -> OrderDifference:
    return OrderDifference(order=order.number, what=what, stored=str(stored), proven=str(proven))
