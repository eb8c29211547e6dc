"""Record what happened to the money of a payment: each fact once, in the order's currency."""

from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.ids import uuid7
from orders import services as orders
from orders.models import OrderEventKind
from outbox.services import publish
from payments import quotes
from payments.events import RefundSucceeded
from payments.gateways.base import MoneyFact, RefundFact
from payments.models import LedgerEntry, LedgerKind, Payment, Refund, RefundDestination
from payments.numbers import next_number
from payments.services.refunds import recompute_reserved
from payments.states import REFUND_TRANSITIONS, PaymentState, RefundState


def record_fact(
    payment: Payment,
    kind: LedgerKind,
    fact: MoneyFact,
    *,
    amount: Decimal | None = None,
    is_accepted: bool = True,
) -> None:
    """
    Write a provider's fact into the ledger. Order and payment are locked; idempotent.

    `amount` is its worth in the order's currency, where the payment's rate does not tell it.
    """
    is_quoted = payment.quoted_amount is not None and fact.currency == payment.quoted_currency
    entry = LedgerEntry(
        payment=payment,
        provider=payment.gateway,
        kind=kind,
        reference=fact.reference,
        amount=quotes.worth(payment, fact) if amount is None else amount,
        currency=payment.currency if is_quoted else fact.currency,
        provider_amount=fact.amount if is_quoted else None,
        provider_currency=fact.currency if is_quoted else "",
        is_accepted=is_accepted,
        occurred_at=fact.occurred_at,
    )
    LedgerEntry.objects.bulk_create([entry], ignore_conflicts=True)


def record_capture(payment: Payment, amount: Decimal, reference: str) -> None:
    """
    Write a capture that no provider reports. Order and payment are locked.

    An amount other than the one asked for puts the payment under review.
    """
    is_right = amount == payment.amount
    LedgerEntry.objects.create(
        payment=payment,
        provider=payment.gateway,
        kind=LedgerKind.CAPTURE,
        reference=reference,
        amount=amount,
        currency=payment.currency,
        is_accepted=is_right,
        occurred_at=timezone.now(),
    )
    payment.refresh_from_db()
    payment.captured_at = timezone.now()
    payment.save(update_fields=["captured_at"])
    payment.move_to(PaymentState.CAPTURED if is_right else PaymentState.REVIEW)


def record_refund(payment: Payment, fact: RefundFact) -> None:
    """
    Record a provider's refund in the ledger and on our own row. Order and payment are locked;
    idempotent.

    A refund that we asked for is worth what we asked for: the rate is not applied twice. One
    that the bank returned after it had arrived is reversed in the ledger.
    """
    refund = _refund_of(payment, fact)
    amount = refund.amount if refund else quotes.worth(payment, fact)
    arrived = payment.ledger.filter(kind=LedgerKind.REFUND, reference=fact.reference)
    if fact.state == RefundState.SUCCEEDED:
        record_fact(payment, LedgerKind.REFUND, fact, amount=amount)
    elif fact.state == RefundState.FAILED and arrived.exists():
        record_fact(payment, LedgerKind.REFUND_REVERSAL, fact, amount=amount)
    if refund:
        update_refund(refund, fact)
    elif fact.state == RefundState.SUCCEEDED:
        _create_external_refund(payment, fact, amount)


def update_refund(refund: Refund, fact: RefundFact) -> None:
    """Move our refund to the state of the fact, if that follows. Order and payment are locked."""
    if fact.state not in REFUND_TRANSITIONS.get(RefundState(refund.state), set()):
        return
    refund.gateway_reference = fact.reference
    refund.error_message = fact.error[:255]
    refund.completed_at = None if fact.state == RefundState.PENDING else timezone.now()
    refund.save(update_fields=["gateway_reference", "error_message", "completed_at"])
    refund.move_to(fact.state)
    if fact.state != RefundState.PENDING:
        recompute_reserved(refund.payment_id)
    if fact.state == RefundState.SUCCEEDED:
        _publish_refunded(refund)


def _refund_of(payment: Payment, fact: RefundFact) -> Refund | None:
    """
    Our refund that the provider reports; None if it was made at the provider and is new to us.

    Where the provider does not return our key, the refund without an answer that has the same
    amount (and capture, if reported) is the one: a payment has one of those at a time.
    """
    refunds = payment.refunds.all()
    known = refunds.filter(idempotency_key=fact.key).first() if fact.key else None
    known = known or refunds.filter(gateway_reference=fact.reference).first()
    if known or fact.key is not None:
        return known
    if fact.capture:
        refunds = refunds.filter(capture_reference=fact.capture)
    return refunds.filter(
        Q(provider_amount=fact.amount) | Q(provider_amount=None, amount=fact.amount),
        state=RefundState.SUBMITTED,
    ).first()


def _create_external_refund(payment: Payment, fact: RefundFact, amount: Decimal) -> None:
    """A refund made in the provider's own dashboard counts like one of ours."""
    key = uuid7()
    refund = Refund.objects.create(
        id=key,
        number=next_number("REF"),
        payment=payment,
        amount=amount,
        currency=payment.currency,
        provider_amount=fact.amount if payment.quoted_amount else None,
        reason=_("Made at the provider"),
        state=RefundState.EXTERNAL,
        idempotency_key=f"refund-{key}",
        capture_reference=fact.capture,
        gateway_reference=fact.reference,
        completed_at=fact.occurred_at,
    )
    recompute_reserved(payment.pk)
    _publish_refunded(refund)


def _publish_refunded(refund: Refund) -> None:
    order_id = refund.payment.order_id
    orders.record(
        order_id,
        OrderEventKind.REFUNDED,
        details={
            "refund": refund.number,
            "amount": str(refund.amount),
            "as_credit": refund.destination == RefundDestination.CREDIT,
        },
    )
    publish(RefundSucceeded(refund_id=str(refund.pk), order_id=str(order_id)))
