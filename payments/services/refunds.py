"""
Request, approve and reject refunds.

A request reserves its amount of the payment in the statement that checks it. The disputes and the
room of the payment are checked under its lock, at the approval and again when it is sent.
"""

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.ids import uuid7
from core.money import ZERO, quantize
from orders import services as orders
from orders.models import Order, OrderEventKind
from outbox.services import publish
from payments.captures import Part, refundable_parts, to_give_back
from payments.events import RefundApproved
from payments.exceptions import (
    DisputeOpen,
    RefundExceedsPayment,
    SecondPersonNeeded,
    TooSmallToGiveBack,
)
from payments.models import Gateway, Payment, Refund, RefundDestination
from payments.numbers import next_number
from payments.selectors import disputed_payments
from payments.states import GIVEN_UP, RefundState

ON_THEIR_WAY = (RefundState.SUBMITTED, RefundState.PENDING)


@transaction.atomic
def request_order_refund(
    order_id: UUID,
    amount: Decimal,
    *,
    reason: str,
    actor_id: UUID,
    despite_dispute: bool = False,
    as_credit: bool = False,
) -> list[Refund]:
    """
    Request a refund of that much of an order, from the newest payments first, for approval.

    `as_credit` makes it store credit, for a customer who agrees: the money stays with the shop.
    Disputed money would be lost twice: staff have to insist by `despite_dispute`.

    :raises RefundExceedsPayment: if the order's payments have less left, refunds under way counted
    :raises TooSmallToGiveBack: if it is worth nothing in the currency of a provider
    :raises DisputeOpen: while one of those payments is disputed, unless it is asked all the same
    """
    Order.objects.locked().get(pk=order_id)
    parts = refundable_parts(order_id, amount)
    if amount <= 0 or sum(part.amount for part in parts) < amount:
        raise _too_much(Payment.objects.filter(order=order_id))
    for part in parts:
        if not despite_dispute:
            _check_disputes(part.payment)
    destination = RefundDestination.CREDIT if as_credit else RefundDestination.PAYMENT
    return [
        _create(part, Refund(reason=reason, requested_by_id=actor_id, destination=destination))
        for part in parts
    ]


def refund_automatically(order_id: UUID, amount: Decimal, *, reason: str) -> list[Refund]:
    """
    Refund that much of an order without approval, from the newest payments first.

    The caller has locked the order. Refunds less where less is left, and nothing of a disputed
    payment: settling the order again after the dispute refunds it.
    """
    disputed = disputed_payments(order_id)
    parts = refundable_parts(order_id, amount, without=disputed)
    return _create_where_large_enough(parts, reason=reason, is_automatic=True)


def request_change_refund(
    order_id: UUID, amount: Decimal, *, actor_id: UUID | None
) -> list[Refund]:
    """
    Request a refund of what a changed order no longer costs, for approval.

    The caller has locked the order. Unapproved requests of earlier changes are replaced: the
    amount includes theirs.
    """
    earlier = Refund.objects.filter(payment__order=order_id, follows_change=True)
    for refund in earlier.filter(state=RefundState.REQUESTED).order_by("pk"):
        reject_refund(refund.pk, note=_("Replaced by a later change of the order."))
    earlier.filter(state__in=GIVEN_UP).update(follows_change=False)
    return _create_where_large_enough(
        refundable_parts(order_id, amount),
        reason=_("The order was changed."),
        requested_by_id=actor_id,
        follows_change=True,
    )


@transaction.atomic
def request_refund_once(
    order_id: UUID, amount: Decimal, *, reason: str, actor_id: UUID | None
) -> list[Refund]:
    """Request a refund of an amount, or of the rest of an order; once for each reason."""
    Order.objects.locked().get(pk=order_id)
    if Refund.objects.filter(payment__order=order_id, reason=reason).exists():
        return []
    parts = refundable_parts(order_id, amount)
    return _create_where_large_enough(parts, reason=reason, requested_by_id=actor_id)


@transaction.atomic
def approve_refund(
    refund_id: UUID, *, actor_id: UUID, despite_dispute: str = "", as_credit: bool = False
) -> Refund:
    """
    Approve a refund; it is sent after the commit. `as_credit` makes it store credit, whatever was
    requested, for a customer who has agreed. `despite_dispute` is the reason to send it although
    its payment is disputed.

    :raises SecondPersonNeeded: if the same person requested it and is no super administrator
    :raises DisputeOpen: while its payment is disputed, unless there is a reason to send it
    :raises RefundExceedsPayment: if the bank has taken the money back meanwhile
    :raises InvalidTransition: if it does not wait for approval
    """
    refund = lock_refund(refund_id)
    _save_consent(refund, despite_dispute)
    check_sendable(refund)
    if refund.requested_by_id == actor_id:
        if not User.objects.get(pk=actor_id).is_superuser:
            raise SecondPersonNeeded(_("Somebody else has to approve this refund."))
        refund.is_self_approved = True
    refund.approved_by_id = actor_id
    if as_credit:
        refund.destination, refund.provider_amount = RefundDestination.CREDIT, None
    refund.save(update_fields=["approved_by", "is_self_approved", "destination", "provider_amount"])
    _mark_approved(refund)
    return refund


@transaction.atomic
def reject_refund(refund_id: UUID, *, note: str = "", actor_id: UUID | None = None) -> Refund:
    """
    Reject a refund, and free what it had reserved. The reason is a note of the order as well, where
    who asked for it looks.

    :raises InvalidTransition: if it does not wait for approval
    """
    refund = lock_refund(refund_id)
    refund.error_message = note[:255]
    refund.save(update_fields=["error_message"])
    refund.move_to(RefundState.REJECTED)
    recompute_reserved(refund.payment_id)
    if actor_id:
        orders.record(
            refund.payment.order_id,
            OrderEventKind.NOTE,
            actor_id=actor_id,
            note=_("Refund refused: %(why)s") % {"why": refund.error_message},
            details={"refund": refund.number, "amount": str(refund.amount)},
            is_public=False,
        )
    return refund


@transaction.atomic
def send_despite_dispute(refund_id: UUID, *, actor_id: UUID, reason: str) -> Refund:
    """
    Send an approved refund that waits because its payment is disputed. Others stay as they are.

    :raises DisputeOpen: if no reason is given
    :raises RefundExceedsPayment: if the bank has taken the money back
    """
    refund = lock_refund(refund_id)
    if refund.state not in (RefundState.APPROVED, RefundState.SUBMITTED) or not is_on_hold(refund):
        return refund
    _save_consent(refund, reason)
    check_sendable(refund)
    orders.record(
        refund.payment.order_id,
        OrderEventKind.NOTE,
        actor_id=actor_id,
        note=reason[:255],
        details={"refund": refund.number, "despite_dispute": True},
        is_public=False,
    )
    publish(RefundApproved(refund_id=str(refund.pk)))
    return refund


def cancel_approved_refunds(payment: Payment) -> None:
    """
    Cancel the approved refunds of a payment whose dispute is lost: the bank returns that money.

    The caller has locked order and payment.
    """
    waiting = payment.refunds.filter(state=RefundState.APPROVED, despite_dispute="")
    for refund in waiting.order_by("pk"):
        _cancel(refund, _("Given up: the customer's bank has taken the money back."))


def lock_refund(refund_id: UUID) -> Refund:
    """The refund with its payment, after the order and both are locked."""
    payment = Payment.objects.lock_with_order(Payment.objects.get(refunds=refund_id).pk)
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    refund.payment = payment
    return refund


def recompute_reserved(payment_id: UUID) -> None:
    """
    Reserve of a payment what its refunds have given back and still will.

    A refund made at the provider may have taken what was reserved for others.
    """
    live = Refund.objects.filter(payment=payment_id).exclude(state__in=GIVEN_UP)
    total = live.aggregate(total=Sum("amount"))["total"] or ZERO
    Payment.objects.filter(pk=payment_id).update(refund_reserved=Least(F("captured"), total))


def is_sendable(refund: Refund) -> bool:
    """
    Whether an approved, locked refund may be sent now.

    It waits while its payment is disputed, and is cancelled if the money is gone.
    """
    try:
        check_sendable(refund)
    except DisputeOpen as dispute:
        refund.error_message = str(dispute)
        refund.save(update_fields=["error_message"])
        return False
    except RefundExceedsPayment as shortage:
        _cancel(refund, str(shortage))
        return False
    return True


def check_sendable(refund: Refund) -> None:
    """
    Refuse to send a locked refund whose money the bank claims, or has taken.

    :raises DisputeOpen: while its payment is disputed, unless staff gave a reason to send it
    :raises RefundExceedsPayment: if a chargeback or a refund made at the provider took the money
    """
    payment = refund.payment
    others = payment.refunds.filter(state__in=ON_THEIR_WAY).exclude(pk=refund.pk)
    on_their_way = others.aggregate(total=Sum("amount"))["total"] or ZERO
    left = payment.captured - payment.refunded - max(payment.charged_back, ZERO) - on_their_way
    if payment.room < 0 or refund.amount > left:
        raise _too_much([payment])
    if not refund.despite_dispute:
        _check_disputes(payment)


def is_on_hold(refund: Refund) -> bool:
    """Whether the bank claims its money, or has taken it."""
    is_disputed = not refund.despite_dispute and refund.payment.disputes.open().exists()
    return is_disputed or refund.payment.room < 0


def _create(part: Part, refund: Refund) -> Refund:
    """Reserve a part for a drafted refund, and save it. The caller has locked the order."""
    payment = part.payment
    amount = quantize(part.amount, payment.currency)
    if amount <= 0:
        raise _too_much([payment])
    refund.id = uuid7()
    refund.number = next_number("REF")
    refund.payment = payment
    refund.amount, refund.currency = amount, payment.currency
    refund.reason = refund.reason[:255]
    refund.idempotency_key = f"refund-{refund.id}"
    refund.capture_reference = part.capture.entry.reference
    if payment.gateway == Gateway.STORE_CREDIT:
        refund.destination = RefundDestination.CREDIT
    if refund.destination == RefundDestination.PAYMENT:
        refund.provider_amount = _at_provider(part)
    with_room = Payment.objects.filter(pk=payment.pk).with_room(amount)
    if not with_room.update(refund_reserved=F("refund_reserved") + amount):
        raise _too_much([payment])
    refund.save(force_insert=True)
    orders.record(
        payment.order_id,
        OrderEventKind.REFUND_REQUESTED,
        actor_id=refund.requested_by_id,
        note=refund.reason,
        details={"refund": refund.number, "amount": str(amount)},
    )
    if refund.is_automatic:
        _mark_approved(refund)
    return refund


def _create_where_large_enough(parts: Iterable[Part], **draft: Any) -> list[Refund]:
    """Refund these parts, except those that round to nothing in their provider's currency."""
    created = []
    for part in parts:
        with suppress(TooSmallToGiveBack):
            created.append(_create(part, Refund(**draft)))
    return created


def _at_provider(part: Part) -> Decimal | None:
    """:raises TooSmallToGiveBack: if it is nothing in the currency of the provider"""
    if (asked := to_give_back(part)) is not None and asked <= 0:
        raise TooSmallToGiveBack(
            _("This is too small to give back in %(currency)s: give it as store credit.")
            % {"currency": part.payment.quoted_currency}
        )
    return asked


def _cancel(refund: Refund, why: str) -> None:
    refund.error_message = why
    refund.completed_at = timezone.now()
    refund.save(update_fields=["error_message", "completed_at"])
    refund.move_to(RefundState.CANCELLED)
    recompute_reserved(refund.payment_id)
    orders.record(
        refund.payment.order_id,
        OrderEventKind.NOTE,
        note=refund.error_message,
        details={"refund": refund.number, "amount": str(refund.amount)},
        is_public=False,
    )


def _save_consent(refund: Refund, reason: str) -> None:
    """Only a disputed payment needs one."""
    if reason.strip() and refund.payment.disputes.open().exists():
        refund.despite_dispute = reason.strip()[:255]
        refund.save(update_fields=["despite_dispute"])


def _check_disputes(payment: Payment) -> None:
    if payment.disputes.open().exists():
        raise DisputeOpen(
            _("The bank of this payment's customer asks for the money back: it would go twice.")
        )


def _too_much(payments: Iterable[Payment]) -> RefundExceedsPayment:
    if any(payment.charged_back > 0 for payment in payments):
        return RefundExceedsPayment(
            _("The customer's bank has taken this money back: less is left to give back.")
        )
    return RefundExceedsPayment(_("The payment does not have that much left to give back."))


def _mark_approved(refund: Refund) -> None:
    refund.move_to(RefundState.APPROVED)
    publish(RefundApproved(refund_id=str(refund.pk)))
