"""Sending approved refunds to the provider: written down before, asked after the commit."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import Order
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
from payments.services.credits import grant, put_back
from payments.services.ledger import keep_refund
from payments.services.payment_status import recompute
from payments.services.refund_approval import check_may_go, is_held, lock, may_go
from payments.services.refund_results import adopt
from payments.services.settle import settle
from payments.states import RefundState

_CREDIT = RefundDestination.CREDIT


def submit_refund(refund_id: UUID) -> Refund:
    """
    Send an approved refund, or again one whose answer is missing: the same key each time, one
    sender at a time and one refund of a payment after the other, so that none happens twice.

    Refunds by hand wait for staff; one that is pending at its provider is only asked about. One
    that becomes store credit is done at once. While its payment is disputed none is sent, unless
    staff have said why.

    :raises ProviderUnavailable: if the provider does not answer; it is tried again
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.state == RefundState.PENDING:
        settle(refund.payment_id)
        refund.refresh_from_db()
        return refund
    if refund.destination == _CREDIT:
        return _to_credit(refund_id)
    if refund.payment.gateway == Gateway.MANUAL:
        return _leave_to_staff(refund_id)
    if refund.state == RefundState.SUBMITTED and is_held(refund):
        # It may have gone before the dispute: nobody sends it again, or gives it up, unasked.
        settle(refund.payment_id)
    if not _mark_submitted(refund_id):
        refund.refresh_from_db()
        return refund
    request = RefundRequest(
        key=refund.idempotency_key,
        gateway_id=refund.payment.gateway_id,
        amount=refund.amount if refund.provider_amount is None else refund.provider_amount,
        currency=refund.payment.quoted_currency or refund.currency,
        capture=refund.capture_reference,
        refunded=selectors.refunded_of(refund),
        again=refund.state == RefundState.SUBMITTED,
    )
    try:
        with spool.about(refund.payment):
            fact = gateways.get(refund.payment.gateway).refund(request)
    except GatewayUnavailable as error:
        raise ProviderUnavailable(str(error)) from error
    except GatewayRefused as error:
        fact = _refused(refund, str(error))
    return _apply(refund, fact)


@transaction.atomic
def complete_refund_by_hand(refund_id: UUID, *, reference: str) -> Refund:
    """
    Staff have sent the money themselves; `reference` is the bank's, of this refund alone.

    Does nothing unless the refund is approved and its payment was made by hand.

    :raises ReferenceUsed: if another refund was sent with this reference
    :raises DisputeOpen: while its payment is disputed, unless staff have said why it goes
    :raises RefundExceedsPayment: if the bank has taken the money back
    """
    refund = lock(refund_id)
    payment = refund.payment
    is_by_hand = payment.gateway == Gateway.MANUAL and refund.destination != _CREDIT
    if not is_by_hand or refund.state != RefundState.APPROVED:
        return refund
    check_may_go(refund)
    try:
        with transaction.atomic():
            _write_down(refund, payment.gateway, reference or refund.number)
    except IntegrityError as error:
        raise ReferenceUsed(_("This bank reference belongs to another refund.")) from error
    refund.move_to(RefundState.SUBMITTED)
    adopt(payment, _fact(refund, RefundState.SUCCEEDED, reference=reference))
    recompute(payment.order_id)
    refund.refresh_from_db()
    return refund


@transaction.atomic
def _leave_to_staff(refund_id: UUID) -> Refund:
    """Staff send it by hand, unless the bank has taken the money: nobody could send it then."""
    refund = lock(refund_id)
    if refund.state == RefundState.APPROVED:
        may_go(refund)
    return refund


@transaction.atomic
def _to_credit(refund_id: UUID) -> Refund:
    """
    Give an approved refund as store credit. What was paid with credit goes to where it came from.

    No provider hears of it: the fact is the shop's own, and the money stays with it.
    """
    refund = lock(refund_id)
    payment, order = refund.payment, refund.payment.order
    if refund.state != RefundState.APPROVED or not may_go(refund):
        return refund
    refund.move_to(RefundState.SUBMITTED)
    _write_down(refund, Gateway.STORE_CREDIT, refund.number)
    adopt(payment, _fact(refund, RefundState.SUCCEEDED))
    recompute(order.pk)
    if payment.gateway == Gateway.STORE_CREDIT:
        put_back(payment, refund.amount, reference=refund.pk, note=order.number)
    else:
        grant(
            order.customer_id,
            refund.amount,
            refund.currency,
            reference=refund.pk,
            note=order.number,
            actor_id=refund.approved_by_id,
        )
    refund.refresh_from_db()
    return refund


def _write_down(refund: Refund, provider: str, reference: str) -> None:
    """A refund that the shop has made itself, of which no provider tells."""
    LedgerEntry.objects.create(
        payment=refund.payment,
        provider=provider,
        kind=LedgerKind.REFUND,
        reference=reference,
        amount=refund.amount,
        currency=refund.currency,
        occurred_at=timezone.now(),
    )


@transaction.atomic
def _mark_submitted(refund_id: UUID) -> bool:
    """Whether it may be sent now; the row says so before the provider hears of it."""
    refund = lock(refund_id)
    others = refund.payment.refunds.exclude(pk=refund_id)
    now = timezone.now()
    is_new = refund.state == RefundState.APPROVED
    is_unanswered = refund.state == RefundState.SUBMITTED and not (
        refund.submitted_at and refund.submitted_at > now - selectors.ASK_AGAIN_AFTER
    )
    if not (is_new or is_unanswered) or others.filter(state=RefundState.SUBMITTED).exists():
        return False
    if not may_go(refund):
        return False
    if is_new:
        refund.move_to(RefundState.SUBMITTED)
    refund.submitted_at = now
    refund.save(update_fields=["submitted_at"])
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
