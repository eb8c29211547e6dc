"""Sending approved refunds to the provider: written down before, asked after the commit."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.models import Order
from payments import gateways, log, selectors
from payments.exceptions import ProviderUnavailable
from payments.gateways.base import (
    GatewayRefused,
    GatewayUnavailable,
    RefundFact,
    RefundRequest,
)
from payments.models import Payment, Refund
from payments.services.closing_refunds import adopt
from payments.services.keeping import keep_refund
from payments.services.recomputing import recompute
from payments.services.settling import settle
from payments.states import RefundState


def submit_refund(refund_id: UUID) -> Refund:
    """
    Send an approved refund, or again one whose answer is missing: the same key each time, one
    sender at a time and one refund of a payment after the other, so that none happens twice.

    Refunds by hand wait for staff; one that is pending at its provider is only asked about.

    :raises ProviderUnavailable: if the provider does not answer; it is tried again
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.state == RefundState.PENDING:
        settle(refund.payment_id)
        refund.refresh_from_db()
        return refund
    if refund.payment.gateway == "manual" or not _mark_submitted(refund):
        return refund
    request = RefundRequest(
        key=refund.idempotency_key,
        gateway_id=refund.payment.gateway_id,
        amount=refund.provider_amount or refund.amount,
        currency=refund.payment.quoted_currency or refund.currency,
        capture=refund.capture_reference,
        refunded=selectors.refunded_of(refund),
    )
    try:
        with log.about(refund.payment):
            fact = gateways.get(refund.payment.gateway).refund(request)
    except GatewayUnavailable as error:
        raise ProviderUnavailable(str(error)) from error
    except GatewayRefused as error:
        fact = _refused(refund, str(error))
    return _apply(refund, fact)


def complete_refund_by_hand(refund_id: UUID, *, reference: str) -> Refund:
    """
    Staff have sent the money themselves; `reference` is the bank's.

    Does nothing unless the refund is approved and its payment was made by hand.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.payment.gateway != "manual" or not _mark_submitted(refund):
        return refund
    return _apply(refund, _fact(refund, RefundState.SUCCEEDED, reference=reference))


@transaction.atomic
def _mark_submitted(refund: Refund) -> bool:
    """Whether it may be sent now; the row says so before the provider hears of it."""
    Payment.objects.locked().get(pk=refund.payment_id)
    current = Refund.objects.select_for_update().get(pk=refund.pk)
    unanswered = Refund.objects.filter(payment=refund.payment_id, state=RefundState.SUBMITTED)
    if unanswered.exclude(pk=refund.pk).exists():
        return False
    now = timezone.now()
    if current.state == RefundState.SUBMITTED:
        if current.submitted_at and current.submitted_at > now - selectors.ASK_AGAIN_AFTER:
            return False
    elif current.state == RefundState.APPROVED:
        current.move_to(RefundState.SUBMITTED)
    else:
        return False
    current.submitted_at = now
    current.save(update_fields=["submitted_at"])
    return True


@transaction.atomic
def _apply(refund: Refund, fact: RefundFact) -> Refund:
    order_id = refund.payment.order_id
    Order.objects.locked().get(pk=order_id)
    payment = Payment.objects.locked().get(pk=refund.payment_id)
    keep_refund(payment, fact)
    adopt(payment, fact)
    recompute(order_id)
    refund.refresh_from_db()
    return refund


def _refused(refund: Refund, error: str) -> RefundFact:
    return _fact(refund, RefundState.FAILED, error=error)


def _fact(
    refund: Refund, state: RefundState, *, reference: str = "", error: str = ""
) -> RefundFact:
    now: datetime = timezone.now()
    return RefundFact(
        reference=reference or refund.number,
        amount=refund.amount,
        currency=refund.currency,
        occurred_at=now,
        state=state,
        key=refund.idempotency_key,
        error=error,
    )
