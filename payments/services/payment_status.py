"""An order's payment status, always worked out again from the ledger, by this function alone."""

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
from orders.selectors import locked
from orders.states import PAYMENT_STATUS_TRANSITIONS, OrderStatus, PaymentStatus
from payments import balances, selectors
from payments.balances import Balance, Sums
from payments.models import Payment, Refund
from payments.services import refund_requests
from payments.states import PaymentState

SALES = (OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.COMPLETED)


@transaction.atomic
def recompute(order_id: UUID) -> PaymentStatus:
    """
    Bring the order in line with its money; running it again changes nothing.

    Enough money makes the order a sale. Where the money came too late and the units are gone,
    or where it is too much, it goes back by itself.
    """
    order = locked(order_id)
    payments = list(Payment.objects.filter(order=order_id).locked())
    return bring_in_line(order, payments, selectors.sums_of(order_id))


def bring_in_line(order: Order, payments: Sequence[Payment], sums: Sums) -> PaymentStatus:
    """As `recompute`, of an order and all its payments that the caller has read and locked."""
    in_review = any(payment.state == PaymentState.REVIEW for payment in payments)
    has_money = sums.captured > 0 or order.total <= 0
    if has_money and not in_review:
        _use_money(order, payments, sums)
        order.refresh_from_db()
    is_sale = order.paid_at is not None
    owes = is_sale and order.status in SALES and selectors.due_of(order) > 0
    status = derive(order.total, sums, payments, is_sale=is_sale, owes=owes)
    _move(order, status, sums)
    return status


def derive(
    total: Decimal, sums: Sums, payments: Sequence[Payment], *, is_sale: bool, owes: bool = False
) -> PaymentStatus:
    """
    The status that follows from the facts: no history, no order of arrival.

    A sale that became dearer than what was paid for it `owes` the difference.
    """
    if any(payment.state == PaymentState.REVIEW for payment in payments):
        return PaymentStatus.REVIEW
    if sums.captured == 0 and total > 0 and not owes:
        return _before_money(payments)
    if sums.charged_back > 0:
        return PaymentStatus.DISPUTED
    if owes:
        return PaymentStatus.PARTIALLY_PAID
    if 0 < sums.captured <= sums.refunded and total > 0:
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
    refunds = list(Refund.objects.filter(payment__order=order).order_by("pk"))
    balance = balances.balance(order.total, sums, selectors.captures_of(order.pk), refunds)
    if _waits_for_money(order) and balance.kept >= order.total:
        if not _sell(order):
            reason = _("Paid after the time to pay, and the units are sold.")
            _give_all_back(order, balance, refunds, reason)
            return
    elif order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        _give_all_back(order, balance, refunds, _("The order is cancelled."))
        return
    excess = balance.excess(order.total)
    if excess and refund_requests.refund_order(order.pk, excess, reason=_reason(payments)):
        orders.record(order.pk, OrderEventKind.OVERPAID, details={"surplus": str(excess)})


def _waits_for_money(order: Order) -> bool:
    """A cancelled order stays so, whatever comes."""
    return order.paid_at is None and order.status != OrderStatus.CANCELLED


def _give_all_back(order: Order, balance: Balance, refunds: Sequence[Refund], reason: str) -> None:
    amount = balance.kept - balances.left_to_staff(refunds)
    if amount > 0:
        refund_requests.refund_order(order.pk, amount, reason=reason)


def _reason(payments: Sequence[Payment]) -> str:
    paid = [payment for payment in payments if payment.captured > 0]
    return _("Paid more than once.") if len(paid) > 1 else _("More was paid than the order costs.")


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
        orders.write_payment_status(order, PaymentStatus.REVIEW)
    orders.write_payment_status(order, status)
    if status == PaymentStatus.REVIEW:
        orders.record(order.pk, OrderEventKind.REVIEW)
