"""Send approved refunds: marked as submitted first, the provider is asked after the commit."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from payments import gateways, selectors
from payments.exceptions import ProviderUnavailable, ReferenceUsed
from payments.gateway_log import spool
from payments.gateways.base import (
    GatewayRefused,
    GatewayUnavailable,
    RefundFact,
    RefundRequest,
)
from payments.models import Gateway, LedgerEntry, LedgerKind, Payment, Refund, RefundDestination
from payments.services.credits import grant_credit, return_credit
from payments.services.ledger import record_refund, update_refund
from payments.services.refunds import check_sendable, is_on_hold, is_sendable, lock_refund
from payments.services.settle import settle, settle_order
from payments.states import RefundState


def submit_refund(refund_id: UUID) -> Refund:
    """
    Send an approved refund, or again one whose answer is missing: with the same key each time,
    by one sender at a time and one refund of a payment after the other, so that none is made twice.

    Refunds by hand wait for staff; a pending one is only asked about. Store credit is given at
    once. While its payment is disputed none is sent, unless staff gave a reason.

    :raises ProviderUnavailable: if the provider does not answer; it is tried again
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.state == RefundState.PENDING:
        settle(refund.payment_id)
        refund.refresh_from_db()
        return refund
    if refund.destination == RefundDestination.CREDIT:
        return _give_credit(refund_id)
    if refund.payment.gateway == Gateway.MANUAL:
        return _leave_to_staff(refund_id)
    if refund.state == RefundState.SUBMITTED and is_on_hold(refund):
        # It may have been made before the dispute: ask first, neither send nor cancel it.
        settle(refund.payment_id)
    if not _mark_submitted(refund_id):
        refund.refresh_from_db()
        return refund
    try:
        with spool.about(refund.payment):
            fact = gateways.get(refund.payment.gateway).refund(_request(refund))
    except GatewayUnavailable as error:
        raise ProviderUnavailable(str(error)) from error
    except GatewayRefused as error:
        fact = _fact(refund, RefundState.FAILED, error=str(error))
    return _apply_answer(refund, fact)


@transaction.atomic
def complete_refund_by_hand(refund_id: UUID, *, reference: str) -> Refund:
    """
    Record that staff have sent the money; `reference` is the bank's, of this refund alone.

    Does nothing unless the refund is approved and its payment was made by hand.

    :raises ReferenceUsed: if another refund was sent with this reference
    :raises DisputeOpen: while its payment is disputed, unless staff gave a reason to send it
    :raises RefundExceedsPayment: if the bank has taken the money back
    """
    refund = lock_refund(refund_id)
    is_by_hand = refund.payment.gateway == Gateway.MANUAL
    is_credit = refund.destination == RefundDestination.CREDIT
    if is_credit or not is_by_hand or refund.state != RefundState.APPROVED:
        return refund
    check_sendable(refund)
    _complete(refund, Gateway.MANUAL, reference or refund.number)
    return refund


@transaction.atomic
def _leave_to_staff(refund_id: UUID) -> Refund:
    """Staff send it by hand; it is cancelled if the bank has taken the money."""
    refund = lock_refund(refund_id)
    if refund.state == RefundState.APPROVED:
        is_sendable(refund)
    return refund


@transaction.atomic
def _give_credit(refund_id: UUID) -> Refund:
    """Give an approved refund as store credit; spent credit returns to where it came from."""
    refund = lock_refund(refund_id)
    payment, order = refund.payment, refund.payment.order
    if refund.state != RefundState.APPROVED or not is_sendable(refund):
        return refund
    _complete(refund, Gateway.STORE_CREDIT, refund.number)
    if payment.gateway == Gateway.STORE_CREDIT:
        return_credit(payment, refund.amount, reference=refund.pk, note=order.number)
    else:
        grant_credit(
            order.customer_id,
            refund.amount,
            refund.currency,
            reference=refund.pk,
            note=order.number,
            actor_id=refund.approved_by_id,
        )
    return refund


def _complete(refund: Refund, provider: str, reference: str) -> None:
    """Record an approved refund that the shop has made itself and no provider reports."""
    entry = LedgerEntry(
        payment=refund.payment,
        provider=provider,
        kind=LedgerKind.REFUND,
        reference=reference,
        amount=refund.amount,
        currency=refund.currency,
        occurred_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        raise ReferenceUsed(_("This bank reference belongs to another refund.")) from error
    refund.move_to(RefundState.SUBMITTED)
    update_refund(refund, _fact(refund, RefundState.SUCCEEDED, reference=reference))
    settle_order(refund.payment.order_id)


@transaction.atomic
def _mark_submitted(refund_id: UUID) -> bool:
    """Whether it may be sent now; the row says so before the provider is asked."""
    refund = lock_refund(refund_id)
    others = refund.payment.refunds.exclude(pk=refund_id)
    now = timezone.now()
    is_new = refund.state == RefundState.APPROVED
    is_unanswered = refund.state == RefundState.SUBMITTED and not (
        refund.submitted_at and refund.submitted_at > now - selectors.ASK_AGAIN_AFTER
    )
    if not (is_new or is_unanswered) or others.filter(state=RefundState.SUBMITTED).exists():
        return False
    if not is_sendable(refund):
        return False
    if is_new:
        refund.move_to(RefundState.SUBMITTED)
    refund.submitted_at = now
    refund.save(update_fields=["submitted_at"])
    return True


def _request(refund: Refund) -> RefundRequest:
    """`refund` as it was read before `_mark_submitted`: its state tells whether it was sent."""
    return RefundRequest(
        key=refund.idempotency_key,
        gateway_id=refund.payment.gateway_id,
        amount=refund.amount if refund.provider_amount is None else refund.provider_amount,
        currency=refund.payment.quoted_currency or refund.currency,
        capture=refund.capture_reference,
        refunded=selectors.refunded_of(refund),
        again=refund.state == RefundState.SUBMITTED,
    )


@transaction.atomic
def _apply_answer(refund: Refund, fact: RefundFact) -> Refund:
    payment = Payment.objects.lock_with_order(refund.payment_id)
    record_refund(payment, fact)
    settle_order(payment.order_id)
    refund.refresh_from_db()
    return refund


def _fact(
    refund: Refund, state: RefundState, *, reference: str = "", error: str = ""
) -> RefundFact:
    return RefundFact(
        reference=reference or refund.number,
        amount=refund.amount,
        currency=refund.currency,
        occurred_at=timezone.now(),
        state=state,
        key=refund.idempotency_key,
        error=error,
    )
