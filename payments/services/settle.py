"""Ask the provider for the state of a payment and record it once, however often it is asked."""

import logging
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.money import quantize
from orders import services as orders
from orders.models import Order, OrderEventKind
from orders.states import OrderStatus
from outbox.services import publish
from payments import gateways, quotes
from payments.events import PaymentFailed
from payments.exceptions import ProviderUnavailable
from payments.gateway_log import spool
from payments.gateways.base import (
    CaptureRequest,
    GatewayRefused,
    GatewayUnavailable,
    MoneyFact,
    ProviderSnapshot,
    StartRequest,
)
from payments.models import LedgerKind, Payment
from payments.services.disputes import note_dispute
from payments.services.ledger import keep_refund, record_fact
from payments.services.payment_status import recompute
from payments.services.refund_results import adopt
from payments.states import PAYMENT_TRANSITIONS, PaymentState

logger = logging.getLogger(__name__)

ENDINGS = (PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.CANCELLED)
WANTS_MONEY = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING)
EVENTS = {
    PaymentState.PROCESSING: OrderEventKind.PAYMENT_PENDING,
    PaymentState.FAILED: OrderEventKind.PAYMENT_FAILED,
}


def settle(payment_id: UUID) -> Payment:
    """
    Bring one payment in line with its provider's truth. Webhook, return page, poller, staff and
    reconciliation all call this; together or in any order they leave the same rows.

    :raises ProviderUnavailable: if the provider cannot be asked; nothing has changed then
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    try:
        with spool.about(payment):
            return _settle(payment)
    except (GatewayUnavailable, GatewayRefused) as error:
        raise ProviderUnavailable(str(error)) from error


def _settle(payment: Payment) -> Payment:
    if not payment.gateway_id:
        return payment
    gateway = gateways.get(payment.gateway)
    if gateway.is_offline:
        return payment
    settled = apply(payment.pk, gateway.fetch(payment.gateway_id))
    if settled.state == PaymentState.AUTHORIZED and _is_wanted(settled):
        return apply(payment.pk, gateway.capture(_capture_request(settled)))
    return settled


@transaction.atomic
def apply(payment_id: UUID, truth: ProviderSnapshot) -> Payment:
    """Write the provider's facts down and let the order follow."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    Order.objects.locked().get(pk=order_id)
    payment = Payment.objects.locked().get(pk=payment_id)
    for fact in truth.captures:
        record_fact(payment, LedgerKind.CAPTURE, fact, is_accepted=_fits(payment, truth, fact))
    for refund in truth.refunds:
        keep_refund(payment, refund)
        adopt(payment, refund)
    for dispute in truth.disputes:
        note_dispute(payment, dispute)
    payment.refresh_from_db()
    _note_answer(payment, truth)
    _step(payment, truth)
    recompute(order_id)
    payment.refresh_from_db()
    return payment


def start_request(payment: Payment) -> StartRequest:
    """The same request, word for word, however often it has to be sent."""
    return StartRequest(
        key=payment.idempotency_key,
        reference=payment.number,
        order_number=payment.order.number,
        amount=payment.quoted_amount or payment.amount,
        currency=payment.quoted_currency or payment.currency,
        return_url=payment.metadata["return_url"],
        language=payment.order.language,
        expires_at=payment.expires_at,
        email=payment.order.email,
        name=_payer(payment.order),
        phone=payment.order.phone,
    )


def _payer(order: Order) -> str:
    """As typed for this order. Whose account it is, guests who type an e-mail must not learn."""
    by_kind = order.addresses.order_by("kind")  # of the bill before that of the parcel
    return by_kind.values_list("recipient", flat=True).first() or ""


def _is_wanted(payment: Payment) -> bool:
    """An order that is over lets the shopper's money be: it is free again by itself."""
    return Order.objects.filter(pk=payment.order_id, status__in=WANTS_MONEY).exists()


def _capture_request(payment: Payment) -> CaptureRequest:
    return CaptureRequest(
        key=f"cap-{payment.pk}",
        gateway_id=payment.gateway_id,
        amount=payment.quoted_amount or payment.amount,
        currency=payment.quoted_currency or payment.currency,
    )


def _fits(payment: Payment, truth: ProviderSnapshot, fact: MoneyFact) -> bool:
    """The gates: only money that is exactly what was asked for may pay an order."""
    return (
        not truth.mismatch and truth.reference == payment.number and quotes.is_asked(payment, fact)
    )


def _note_answer(payment: Payment, truth: ProviderSnapshot) -> None:
    payment.checked_at = timezone.now()
    if truth.state != PaymentState.OPEN or truth.error_code or truth.mismatch:
        # Of a payment that is still open the last refusal stays known: PayPal tells it only once.
        payment.error_code = truth.error_code[:100]
        payment.error_message = (truth.mismatch or truth.error_message)[:255]
    payment.gateway_reference = truth.transaction[:255] or payment.gateway_reference
    payment.card_brand = truth.card_brand[:20]
    payment.card_last4 = truth.card_last4
    payment.save(
        update_fields=[
            *("checked_at", "error_code", "error_message"),
            *("gateway_reference", "card_brand", "card_last4"),
        ]
    )


def _step(payment: Payment, truth: ProviderSnapshot) -> None:
    """Move the attempt. What its ledger says weighs more than the provider's word for a state."""
    state = truth.state
    if payment.ledger.filter(kind=LedgerKind.CAPTURE).exists():
        is_right = payment.ledger.filter(kind=LedgerKind.CAPTURE, is_accepted=True).exists()
        state = PaymentState.CAPTURED if is_right else PaymentState.REVIEW
    elif state == PaymentState.CAPTURED:
        state = PaymentState.REVIEW
    now = PaymentState(payment.state)
    if state == now or state not in PAYMENT_TRANSITIONS.get(now, set()):
        return
    if state == PaymentState.CAPTURED and payment.captured_at is None:
        _note_capture(payment, truth.fee)
    payment.move_to(state)
    logger.info("The payment is %s", state.value)
    _tell(payment, state)


def _note_capture(payment: Payment, fee: Decimal | None) -> None:
    """The commission is what the provider tells, or what the shop has agreed with it."""
    payment.captured_at = timezone.now()
    payment.fee = quotes.fee_in_order_currency(payment, fee)
    if fee is None and payment.method:
        share = payment.amount * payment.method.commission_percent / 100
        payment.fee = quantize(share + payment.method.commission_fixed, payment.currency)
    payment.save(update_fields=["captured_at", "fee"])


def _tell(payment: Payment, state: PaymentState) -> None:
    if state in EVENTS:
        orders.record(
            payment.order_id,
            EVENTS[state],
            note=payment.error_message,
            details={"payment": payment.number},
        )
    if state == PaymentState.FAILED:
        publish(PaymentFailed(payment_id=str(payment.pk), order_id=str(payment.order_id)))


def just_asked(payment: Payment, within: timedelta = timedelta(seconds=1)) -> bool:
    """Somebody asked a moment ago: a page that is reloaded need not ask again."""
    return payment.checked_at is not None and timezone.now() - payment.checked_at < within
