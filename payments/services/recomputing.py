"""An order's payment status, always worked out anew from the ledger, by this function alone."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import InvalidTransition
from inventory.exceptions import OutOfStock
from orders import services as orders
from orders.exceptions import LimitReached
from orders.models import Order, OrderEventKind
from orders.states import PAYMENT_STATUS_TRANSITIONS, OrderStatus, PaymentStatus
from payments import selectors
from payments.models import Payment
from payments.selectors import Sums
from payments.services import requesting
from payments.states import PaymentState


@transaction.atomic
def recompute(order_id: UUID) -> PaymentStatus:
    """
    Bring the order in line with its money; running it again changes nothing.

    Enough money makes the order a sale. Where the money came too late and the units are gone,
    or where it is too much, it goes back by itself.
    """
    order = Order.objects.locked().get(pk=order_id)
    payments = list(Payment.objects.filter(order=order_id).locked())
    sums = selectors.sums_of(order_id)
    in_review = any(payment.state == PaymentState.REVIEW for payment in payments)
    has_money = sums.captured > 0 or order.total <= 0
    if has_money and not in_review:
        _use_money(order, payments, sums)
        order.refresh_from_db()
    status = derive(order.total, sums, payments, is_sale=order.paid_at is not None)
    _move(order, status, sums)
    return status


def derive(
    total: Decimal, sums: Sums, payments: Sequence[Payment], *, is_sale: bool
) -> PaymentStatus:
    """The status that follows from the facts: no history, no order of arrival."""
    if any(payment.state == PaymentState.REVIEW for payment in payments):
        return PaymentStatus.REVIEW
    if sums.captured == 0 and total > 0:
        return _before_money(payments)
    if sums.charged_back > 0:
        return PaymentStatus.DISPUTED
    if sums.refunded > 0 and sums.refunded >= sums.captured:
        return PaymentStatus.REFUNDED
    return _with_money(total, sums, is_sale=is_sale)


def _before_money(payments: Sequence[Payment]) -> PaymentStatus:
    states = {payment.state for payment in payments}
    if PaymentState.AUTHORIZED in states:
        return PaymentStatus.AUTHORIZED
    if PaymentState.PROCESSING in states:
        return PaymentStatus.PENDING
    awaits_transfer = any(each.is_live and each.gateway == "manual" for each in payments)
    return PaymentStatus.PENDING if awaits_transfer else PaymentStatus.UNPAID


def _with_money(total: Decimal, sums: Sums, *, is_sale: bool) -> PaymentStatus:
    if sums.net > total:
        return PaymentStatus.OVERPAID if is_sale else PaymentStatus.REVIEW
    if sums.net == total:
        # Without its units the order is no sale: the money is on its way back.
        return PaymentStatus.PAID if is_sale else PaymentStatus.REVIEW
    return PaymentStatus.PARTIALLY_REFUNDED if sums.refunded else PaymentStatus.PARTIALLY_PAID


def _use_money(order: Order, payments: Sequence[Payment], sums: Sums) -> None:
    """Turn enough money into a sale, and send back what the order has no use for."""
    going_back = sum((each.refund_reserved - each.refunded for each in payments), Decimal(0))
    usable = sums.net - max(going_back, Decimal(0))
    if order.paid_at is None and usable >= order.total:
        if not _sell(order):
            reason = _("Paid after the time to pay, and the units are sold.")
            requesting.refund_order(order.pk, usable, reason=reason)
            return
    elif order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        if usable > 0:
            requesting.refund_order(order.pk, usable, reason=_("The order is cancelled."))
        return
    if usable > order.total:
        surplus = usable - order.total
        orders.record(order.pk, OrderEventKind.OVERPAID, details={"surplus": str(surplus)})
        requesting.refund_order(order.pk, surplus, reason=_("Paid more than once."))


def _sell(order: Order) -> bool:
    """Whether the order could be made a sale: the units may be gone, or the customer's share."""
    try:
        orders.mark_paid(order.pk)
    except (OutOfStock, LimitReached, InvalidTransition):
        return False
    return True


def _move(order: Order, status: PaymentStatus, sums: Sums) -> None:
    """Facts may come in one go that the table takes in two steps: then by way of a review."""
    now = PaymentStatus(order.payment_status)
    if now == status:
        return
    if sums.captured > 0 and status not in PAYMENT_STATUS_TRANSITIONS.get(now, set()):
        orders.set_payment_status(order.pk, PaymentStatus.REVIEW)
    orders.set_payment_status(order.pk, status)
    if status == PaymentStatus.REVIEW:
        orders.record(order.pk, OrderEventKind.REVIEW)
