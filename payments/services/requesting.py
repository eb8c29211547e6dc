"""Asking for money to go back: room for it is taken first, in the same statement that checks it."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from accounts.models import User
from core.ids import uuid7
from core.money import ZERO, quantize
from orders import services as orders
from orders.models import Order, OrderEventKind
from outbox.services import publish
from payments import quotes, selectors
from payments.events import RefundApproved
from payments.exceptions import DisputeOpen, RefundExceedsPayment, SecondPersonNeeded
from payments.models import Gateway, Payment, Refund, RefundDestination
from payments.numbers import next_number
from payments.states import GIVEN_UP, RefundState


@transaction.atomic
def request_refund(
    payment_id: UUID,
    amount: Decimal,
    *,
    reason: str,
    requested_by: UUID | None = None,
    is_automatic: bool = False,
    despite_dispute: bool = False,
) -> Refund:
    """
    Ask to give back some of a payment. An automatic refund needs nobody's approval.

    What the shopper's bank asks back as well would be lost twice: staff have to want that.

    :raises RefundExceedsPayment: if less than that is left, refunds under way counted, or if it
        was paid in parts and no part has that much left
    :raises DisputeOpen: while the payment is disputed, unless it is asked for all the same
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    Order.objects.locked().get(pk=payment.order_id)
    _check_disputes(payment, despite=despite_dispute)
    return _ask(
        Refund(
            payment=payment,
            amount=amount,
            reason=reason,
            requested_by_id=requested_by,
            is_automatic=is_automatic,
        )
    )


@transaction.atomic
def approve_refund(
    refund_id: UUID, *, actor_id: UUID, despite_dispute: bool = False, as_credit: bool = False
) -> Refund:
    """
    Let a refund go; it is sent after the commit. `as_credit` makes it store credit, whatever was
    asked for: the money stays with the shop, the customer has agreed.

    :raises SecondPersonNeeded: if the same person asked for it and is no super administrator
    :raises DisputeOpen: while its payment is disputed, unless it is to go all the same
    :raises InvalidTransition: if it does not wait for approval
    """
    refund = _locked(refund_id)
    _check_disputes(refund.payment, despite=despite_dispute)
    if refund.requested_by_id == actor_id:
        if not User.objects.get(pk=actor_id).is_superuser:
            raise SecondPersonNeeded(_("Somebody else has to approve this refund."))
        refund.is_self_approved = True
    refund.approved_by_id = actor_id
    if as_credit:
        refund.destination, refund.provider_amount = RefundDestination.CREDIT, None
    refund.save(update_fields=["approved_by", "is_self_approved", "destination", "provider_amount"])
    _approve(refund)
    return refund


@transaction.atomic
def reject_refund(refund_id: UUID, *, note: str = "") -> Refund:
    """
    Say no to a refund; what it had reserved is free again.

    :raises InvalidTransition: if it does not wait for approval
    """
    refund = _locked(refund_id)
    refund.error_message = note[:255]
    refund.save(update_fields=["error_message"])
    refund.move_to(RefundState.REJECTED)
    reserve_anew(refund.payment_id)
    return refund


@transaction.atomic
def ask_back(
    order_id: UUID,
    amount: Decimal,
    *,
    reason: str,
    actor_id: UUID,
    despite_dispute: bool = False,
    as_credit: bool = False,
) -> list[Refund]:
    """
    Ask to give back that much of an order, from the newest payments first, for approval.

    `as_credit` makes it store credit, for a customer who agrees: the money stays with the shop.

    :raises RefundExceedsPayment: if the order's payments have less left
    :raises DisputeOpen: while one of those payments is disputed, unless it is asked all the same
    """
    Order.objects.locked().get(pk=order_id)
    parts = _parts(order_id, amount)
    if amount <= 0 or sum(part for _payment, part in parts) < amount:
        raise RefundExceedsPayment(_("The payment does not have that much left to give back."))
    for payment, _part in parts:
        _check_disputes(payment, despite=despite_dispute)
    destination = RefundDestination.CREDIT if as_credit else RefundDestination.PAYMENT
    return [
        _ask(
            Refund(
                payment=payment,
                amount=part,
                reason=reason,
                requested_by_id=actor_id,
                destination=destination,
            )
        )
        for payment, part in parts
    ]


def refund_order(order_id: UUID, amount: Decimal, *, reason: str) -> list[Refund]:
    """
    Give back that much of an order by itself, from the newest payments first.

    Call it under the order's lock. Gives back less where less is left, and nothing of a payment
    that is disputed: when it is won, this is worked out anew.
    """
    disputed = selectors.disputed_payments(order_id)
    return [
        _ask(Refund(payment=payment, amount=part, reason=reason, is_automatic=True))
        for payment, part in _parts(order_id, amount, without=disputed)
    ]


def refund_change(order_id: UUID, amount: Decimal, *, actor_id: UUID | None) -> list[Refund]:
    """
    Ask to give back what a changed order no longer costs; it takes the way of staff's refunds.

    Call it under the order's lock. What was asked for earlier changes and is not approved yet is
    replaced: the amount has it in it.
    """
    _replace_earlier(order_id)
    reason = _("The order was changed.")
    return [
        _ask(
            Refund(
                payment=payment,
                amount=part,
                reason=reason,
                requested_by_id=actor_id,
                follows_change=True,
            )
        )
        for payment, part in _parts(order_id, amount)
    ]


@transaction.atomic
def refund_once(
    order_id: UUID, amount: Decimal, *, reason: str, actor_id: UUID | None
) -> list[Refund]:
    """
    Ask, once for each reason, to give back that much of an order, as far as the shop has it.

    It takes the way of staff's refunds.
    """
    Order.objects.locked().get(pk=order_id)
    if Refund.objects.filter(payment__order=order_id, reason=reason).exists():
        return []
    return [
        _ask(Refund(payment=payment, amount=part, reason=reason, requested_by_id=actor_id))
        for payment, part in _parts(order_id, amount)
    ]


def _replace_earlier(order_id: UUID) -> None:
    """What a change asks for is the whole of it: earlier answers to earlier changes are over."""
    earlier = Refund.objects.filter(payment__order=order_id, follows_change=True)
    for refund in earlier.filter(state=RefundState.REQUESTED).order_by("pk"):
        reject_refund(refund.pk, note=_("Replaced by a later change of the order."))
    earlier.filter(state__in=GIVEN_UP).update(follows_change=False)


def _parts(
    order_id: UUID, amount: Decimal, *, without: Collection[UUID] = ()
) -> list[tuple[Payment, Decimal]]:
    """What each payment of the order can give of the amount, the newest first."""
    parts = []
    usable = Payment.objects.filter(order=order_id).exclude(pk__in=without)
    for payment in usable.order_by("-captured_at", "-pk"):
        room = payment.captured - payment.refund_reserved
        for _capture, left in selectors.captures_left(payment):
            part = min(amount, left, room)
            if part > 0:
                parts.append((payment, part))
                amount -= part
                room -= part
    return parts


def _ask(refund: Refund) -> Refund:
    """Take room for a drafted refund, and write it down. Call it under the order's lock."""
    payment = refund.payment
    amount = quantize(refund.amount, payment.currency)
    if amount <= 0 or not _reserve(payment.pk, amount):
        raise RefundExceedsPayment(_("The payment does not have that much left to give back."))
    refund.id = uuid7()
    refund.number = next_number("REF")
    refund.amount, refund.currency = amount, payment.currency
    refund.reason = refund.reason[:255]
    refund.idempotency_key = f"refund-{refund.id}"
    refund.capture_reference = _capture_with(payment, amount)
    if payment.gateway == Gateway.STORE_CREDIT:
        refund.destination = RefundDestination.CREDIT
    if refund.destination == RefundDestination.PAYMENT:
        refund.provider_amount = quotes.to_give_back(payment, amount, refund.capture_reference)
    refund.save(force_insert=True)
    orders.record(
        payment.order_id,
        OrderEventKind.REFUND_REQUESTED,
        actor_id=refund.requested_by_id,
        note=refund.reason,
        details={"refund": refund.number, "amount": str(amount)},
    )
    if refund.is_automatic:
        _approve(refund)
    return refund


def reserve_anew(payment_id: UUID) -> None:
    """
    Keep of a payment what its refunds have given back and still will; what is given up is free.

    A refund made at the provider may have taken what was reserved for others.
    """
    live = Refund.objects.filter(payment=payment_id).exclude(state__in=GIVEN_UP)
    total = live.aggregate(total=Sum("amount"))["total"] or ZERO
    Payment.objects.filter(pk=payment_id).update(refund_reserved=Least(F("captured"), total))


def _check_disputes(payment: Payment, *, despite: bool) -> None:
    if not despite and payment.disputes.open().exists():
        raise DisputeOpen(
            _("The bank of this payment's customer asks for the money back: it would go twice.")
        )


def _approve(refund: Refund) -> None:
    refund.move_to(RefundState.APPROVED)
    publish(RefundApproved(refund_id=str(refund.pk)))


def _capture_with(payment: Payment, amount: Decimal) -> str:
    """The newest capture that has so much left: a payment that was paid twice has two."""
    found = selectors.captures_left(payment)
    fitting = [reference for reference, left in found if left >= amount]
    if found and not fitting:
        raise RefundExceedsPayment(_("It was paid in parts: give back each part by itself."))
    return fitting[0] if fitting else ""


def _reserve(payment_id: UUID, amount: Decimal) -> bool:
    return bool(
        Payment.objects.filter(pk=payment_id, captured__gte=F("refund_reserved") + amount).update(
            refund_reserved=F("refund_reserved") + amount
        )
    )


def _locked(refund_id: UUID) -> Refund:
    """The refund, after its order and payment are locked."""
    payment = Payment.objects.get(refunds=refund_id)
    Order.objects.locked().get(pk=payment.order_id)
    Payment.objects.locked().get(pk=payment.pk)
    return Refund.objects.select_for_update().get(pk=refund_id)
