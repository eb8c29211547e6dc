"""
Record what a provider says of a payment, and let its order follow.

`settle` asks the provider; `settle_order` turns enough money into a sale.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.exceptions import InvalidTransition
from core.money import quantize
from inventory.exceptions import OutOfStock
from orders import services as orders
from orders.exceptions import LimitReached
from orders.models import Order, OrderEventKind
from orders.selectors import locked
from orders.states import (
    CALLED_OFF,
    PAYMENT_STATUS_TRANSITIONS,
    SALES,
    UNDER_WAY,
    OrderStatus,
    PaymentStatus,
)
from outbox.services import publish
from payments import balances, gateways, quotes, selectors
from payments.balances import Balance, Sums
from payments.events import PaymentFailed
from payments.exceptions import ProviderUnavailable
from payments.gateway_log import spool
from payments.gateways.base import (
    CaptureRequest,
    GatewayRefused,
    GatewayUnavailable,
    MoneyFact,
    ProviderSnapshot,
)
from payments.models import LedgerKind, Payment, Refund
from payments.services.disputes import record_dispute
from payments.services.ledger import record_fact, record_refund
from payments.services.refunds import refund_automatically, request_change_refund
from payments.states import PAYMENT_TRANSITIONS, PaymentState

logger = logging.getLogger(__name__)

EVENTS = {
    PaymentState.PROCESSING: OrderEventKind.PAYMENT_PENDING,
    PaymentState.FAILED: OrderEventKind.PAYMENT_FAILED,
}


def settle(payment_id: UUID) -> Payment:
    """
    Bring one payment in line with its provider. Webhook, return page, poller, staff and
    reconciliation all call this; in any order, or at once, they leave the same rows.

    From a capture at the provider to a sale:

    1. `gateway.fetch` asks the provider; authorized money is captured if the order still wants it.
    2. `apply_snapshot` locks order and payment, and writes each capture, refund and dispute into
       the ledger once. Money that is not exactly what was asked for is not accepted.
    3. `apply_snapshot` moves the payment to the state that its ledger gives.
    4. `settle_order` adds up the ledger of all the order's payments. If it covers the total, and
       no payment is under review, `_use_money` calls `orders.services.mark_paid`.
    5. `mark_paid` turns the order's holds into sales and publishes `OrderPaid`. If the units are
       gone, `_use_money` refunds the money.

    :raises ProviderUnavailable: if the provider cannot be asked; nothing has changed then
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    try:
        gateway = gateways.get(payment.gateway) if payment.gateway_id else None
        if gateway is None or gateway.is_offline:
            return payment
        with spool.about(payment):
            payment = apply_snapshot(payment.pk, gateway.fetch(payment.gateway_id))
            is_authorized = payment.state == PaymentState.AUTHORIZED
            if is_authorized and payment.order.status in UNDER_WAY:
                snapshot = gateway.capture(_capture_request(payment))
                payment = apply_snapshot(payment.pk, snapshot)
            return payment
    except (GatewayUnavailable, GatewayRefused) as error:
        raise ProviderUnavailable(str(error)) from error


@transaction.atomic
def apply_snapshot(payment_id: UUID, snapshot: ProviderSnapshot) -> Payment:
    """Write the provider's facts into the ledger, move the payment, and settle its order."""
    payment = Payment.objects.lock_with_order(payment_id)
    for fact in snapshot.captures:
        is_accepted = _is_as_asked(payment, snapshot, fact)
        record_fact(payment, LedgerKind.CAPTURE, fact, is_accepted=is_accepted)
    for refund in snapshot.refunds:
        record_refund(payment, refund)
    for dispute in snapshot.disputes:
        record_dispute(payment, dispute)
    payment.refresh_from_db()
    _save_answer(payment, snapshot)
    _move_payment(payment, snapshot)
    settle_order(payment.order_id)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def settle_order(order_id: UUID) -> PaymentStatus:
    """
    Bring an order in line with the ledger of its payments; idempotent.

    Enough money makes the order a sale. Money that comes too late for units that are gone, or
    on top of the total, is refunded automatically.
    """
    order = locked(order_id)
    payments = list(Payment.objects.filter(order=order_id).locked())
    sums = selectors.sums_of(order_id)
    is_in_review = any(payment.state == PaymentState.REVIEW for payment in payments)
    if (sums.captured > 0 or order.total <= 0) and not is_in_review:
        _use_money(order, payments, sums)
        order.refresh_from_db()
    return update_payment_status(order, payments, sums)


def _use_money(order: Order, payments: Sequence[Payment], sums: Sums) -> None:
    """Turn enough money into a sale, and refund what the order has no use for."""
    refunds = list(Refund.objects.filter(payment__order=order).order_by("pk"))
    balance = balances.balance(order.total, sums, selectors.captures_of(order.pk), refunds)
    is_unpaid = order.paid_at is None and order.status != OrderStatus.CANCELLED
    if is_unpaid and balance.kept >= order.total:
        try:
            orders.mark_paid(order.pk)
        except (OutOfStock, LimitReached, InvalidTransition):
            reason = _("Paid after the time to pay, and the units are sold.")
            _refund_all(order, balance, refunds, reason)
            return
    elif order.status in CALLED_OFF:
        _refund_all(order, balance, refunds, _("The order is cancelled."))
        return
    excess = balance.excess(order.total)
    if excess and refund_automatically(order.pk, excess, reason=_excess_reason(payments)):
        orders.record(order.pk, OrderEventKind.OVERPAID, details={"surplus": str(excess)})


def update_payment_status(order: Order, payments: Sequence[Payment], sums: Sums) -> PaymentStatus:
    """Write the status that follows from these facts. The caller has locked the order."""
    is_sale = order.paid_at is not None
    owes = is_sale and order.status in SALES and selectors.due_of(order) > 0
    status = derive_payment_status(order.total, sums, payments, is_sale=is_sale, owes=owes)
    now = PaymentStatus(order.payment_status)
    if now == status:
        return status
    if sums.captured > 0 and status not in PAYMENT_STATUS_TRANSITIONS.get(now, set()):
        # Facts that come together may need two steps of the table: by way of a review.
        orders.write_payment_status(order, PaymentStatus.REVIEW)
    orders.write_payment_status(order, status)
    if status == PaymentStatus.REVIEW:
        orders.record(order.pk, OrderEventKind.REVIEW)
    return status


def derive_payment_status(
    total: Decimal, sums: Sums, payments: Sequence[Payment], *, is_sale: bool, owes: bool = False
) -> PaymentStatus:
    """
    The status that follows from the facts alone, whatever their order of arrival.

    A sale that became dearer than what was paid for it `owes` the difference.
    """
    if any(payment.state == PaymentState.REVIEW for payment in payments):
        return PaymentStatus.REVIEW
    if sums.captured == 0 and total > 0 and not owes:
        return _status_before_money(payments)
    if sums.charged_back > 0:
        return PaymentStatus.DISPUTED
    if owes:
        return PaymentStatus.PARTIALLY_PAID
    if 0 < sums.captured <= sums.refunded and total > 0:
        return PaymentStatus.REFUNDED
    return _status_with_money(total, sums, is_sale=is_sale)


@transaction.atomic
def follow_change(order_id: UUID, *, actor_id: UUID | None) -> None:
    """
    Bring the money in line with an order's new total.

    A surplus is requested as a refund in the actor's name and waits for approval; a payment by
    hand, such as cash at the door, now asks for what is due. Attempts at a provider stay: call
    `close_outdated_attempts` after the commit.
    """
    order = Order.objects.locked().get(pk=order_id)
    balance = selectors.balance_of(order)
    request_change_refund(order_id, balance.surplus(order.total), actor_id=actor_id)
    due = balance.due(order.total)
    for payment in Payment.objects.live().filter(order=order, gateway="manual").locked():
        if due > 0:
            payment.amount = due
            payment.save(update_fields=["amount"])
        else:
            payment.move_to(PaymentState.CANCELLED)
    settle_order(order_id)


def was_just_checked(payment: Payment, within: timedelta = timedelta(seconds=1)) -> bool:
    """Whether the provider was asked a moment ago; a reloaded page need not ask again."""
    return payment.checked_at is not None and timezone.now() - payment.checked_at < within


def _capture_request(payment: Payment) -> CaptureRequest:
    amount, currency = payment.asked
    key = f"cap-{payment.pk}"
    return CaptureRequest(key=key, gateway_id=payment.gateway_id, amount=amount, currency=currency)


def _is_as_asked(payment: Payment, snapshot: ProviderSnapshot, fact: MoneyFact) -> bool:
    """Only exactly the requested amount and currency may pay an order."""
    is_ours = not snapshot.mismatch and snapshot.reference == payment.number
    return is_ours and (fact.amount, fact.currency) == payment.asked


def _save_answer(payment: Payment, snapshot: ProviderSnapshot) -> None:
    payment.checked_at = timezone.now()
    if snapshot.state != PaymentState.OPEN or snapshot.error_code or snapshot.mismatch:
        # An open payment keeps its last refusal: PayPal reports it only once.
        payment.error_code = snapshot.error_code[:100]
        payment.error_message = (snapshot.mismatch or snapshot.error_message)[:255]
    payment.gateway_reference = snapshot.transaction[:255] or payment.gateway_reference
    payment.card_brand = snapshot.card_brand[:20]
    payment.card_last4 = snapshot.card_last4
    payment.save(
        update_fields=[
            *("checked_at", "error_code", "error_message"),
            *("gateway_reference", "card_brand", "card_last4"),
        ]
    )


def _move_payment(payment: Payment, snapshot: ProviderSnapshot) -> None:
    """Move the payment to its new state. Its ledger outweighs the state that was reported."""
    state = snapshot.state
    captures = payment.ledger.filter(kind=LedgerKind.CAPTURE).values_list("is_accepted", flat=True)
    if captures:
        state = PaymentState.CAPTURED if any(captures) else PaymentState.REVIEW
    elif state == PaymentState.CAPTURED:
        state = PaymentState.REVIEW
    if state not in PAYMENT_TRANSITIONS.get(PaymentState(payment.state), set()):
        return
    if state == PaymentState.CAPTURED and payment.captured_at is None:
        payment.captured_at = timezone.now()
        payment.fee = _fee(payment, snapshot.fee)
        payment.save(update_fields=["captured_at", "fee"])
    payment.move_to(state)
    logger.info("The payment is %s", state.value)
    if state in EVENTS:
        orders.record(
            payment.order_id,
            EVENTS[state],
            note=payment.error_message,
            details={"payment": payment.number},
        )
    if state == PaymentState.FAILED:
        publish(PaymentFailed(payment_id=str(payment.pk), order_id=str(payment.order_id)))


def _fee(payment: Payment, reported: Decimal | None) -> Decimal | None:
    """The commission that the provider reports, or else the one agreed with it."""
    if reported is None and payment.method:
        share = payment.amount * payment.method.commission_percent / 100
        return quantize(share + payment.method.commission_fixed, payment.currency)
    return quotes.fee_in_order_currency(payment, reported)


def _refund_all(order: Order, balance: Balance, refunds: Sequence[Refund], reason: str) -> None:
    amount = balance.kept - balances.left_to_staff(refunds)
    if amount > 0:
        refund_automatically(order.pk, amount, reason=reason)


def _excess_reason(payments: Sequence[Payment]) -> str:
    paid = [payment for payment in payments if payment.captured > 0]
    return _("Paid more than once.") if len(paid) > 1 else _("More was paid than the order costs.")


def _status_before_money(payments: Sequence[Payment]) -> PaymentStatus:
    states = {payment.state for payment in payments}
    if PaymentState.AUTHORIZED in states:
        return PaymentStatus.AUTHORIZED
    if PaymentState.PROCESSING in states:
        return PaymentStatus.PENDING
    awaits_transfer = any(each.is_live and each.gateway == "manual" for each in payments)
    return PaymentStatus.PENDING if awaits_transfer else PaymentStatus.UNPAID


def _status_with_money(total: Decimal, sums: Sums, *, is_sale: bool) -> PaymentStatus:
    if sums.net > total:
        return PaymentStatus.OVERPAID if is_sale else PaymentStatus.REVIEW
    if sums.net == total:
        # Without its units the order is no sale: the money is being refunded.
        return PaymentStatus.PAID if is_sale else PaymentStatus.REVIEW
    return PaymentStatus.PARTIALLY_REFUNDED if sums.refunded else PaymentStatus.PARTIALLY_PAID
