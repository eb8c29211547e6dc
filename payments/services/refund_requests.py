"""Asking for money to go back: room for it is taken first, in the same statement that checks it."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.ids import uuid7
from core.money import quantize
from orders import services as orders
from orders.models import Order, OrderEventKind
from payments import quotes, selectors
from payments.exceptions import RefundExceedsPayment, TooSmallToGiveBack
from payments.models import Gateway, Payment, Refund, RefundDestination
from payments.numbers import next_number
from payments.services.refund_approval import check_disputes, let_go, reject_refund, too_much
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
    payment = _with_order_locked(payment_id)
    if not despite_dispute:
        check_disputes(payment)
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
    :raises TooSmallToGiveBack: if it is worth nothing in the currency of a provider
    :raises DisputeOpen: while one of those payments is disputed, unless it is asked all the same
    """
    Order.objects.locked().get(pk=order_id)
    parts = _parts(order_id, amount)
    if amount <= 0 or sum(part for _payment, part in parts) < amount:
        raise too_much(Payment.objects.filter(order=order_id))
    for payment, _part in parts:
        if not despite_dispute:
            check_disputes(payment)
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
    that is disputed: when it is won, this is worked out again.
    """
    disputed = selectors.disputed_payments(order_id)
    return _ask_each(
        Refund(payment=payment, amount=part, reason=reason, is_automatic=True)
        for payment, part in _parts(order_id, amount, without=disputed)
    )


def refund_change(order_id: UUID, amount: Decimal, *, actor_id: UUID | None) -> list[Refund]:
    """
    Ask to give back what a changed order no longer costs; it takes the way of staff's refunds.

    Call it under the order's lock. What was asked for earlier changes and is not approved yet is
    replaced: the amount has it in it.
    """
    _replace_earlier(order_id)
    reason = _("The order was changed.")
    return _ask_each(
        Refund(
            payment=payment,
            amount=part,
            reason=reason,
            requested_by_id=actor_id,
            follows_change=True,
        )
        for payment, part in _parts(order_id, amount)
    )


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
    return _ask_each(
        Refund(payment=payment, amount=part, reason=reason, requested_by_id=actor_id)
        for payment, part in _parts(order_id, amount)
    )


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
        room = payment.room
        for _capture, left in selectors.captures_left(payment):
            part = min(amount, left, room)
            if part > 0:
                parts.append((payment, part))
                amount -= part
                room -= part
    return parts


def _ask_each(drafts: Iterable[Refund]) -> list[Refund]:
    """Those that are asked for by themselves; what is worth nothing at its provider stays."""
    asked = []
    for draft in drafts:
        with suppress(TooSmallToGiveBack):
            asked.append(_ask(draft))
    return asked


def _ask(refund: Refund) -> Refund:
    """Take room for a drafted refund, and write it down. Call it under the order's lock."""
    payment = refund.payment
    amount = quantize(refund.amount, payment.currency)
    if amount <= 0 or amount > payment.room:
        raise too_much([payment])
    refund.id = uuid7()
    refund.number = next_number("REF")
    refund.amount, refund.currency = amount, payment.currency
    refund.reason = refund.reason[:255]
    refund.idempotency_key = f"refund-{refund.id}"
    refund.capture_reference = _capture_with(payment, amount)
    if payment.gateway == Gateway.STORE_CREDIT:
        refund.destination = RefundDestination.CREDIT
    if refund.destination == RefundDestination.PAYMENT:
        refund.provider_amount = _at_provider(payment, amount, refund.capture_reference)
    if not _reserve(payment.pk, amount):
        raise too_much([payment])
    refund.save(force_insert=True)
    orders.record(
        payment.order_id,
        OrderEventKind.REFUND_REQUESTED,
        actor_id=refund.requested_by_id,
        note=refund.reason,
        details={"refund": refund.number, "amount": str(amount)},
    )
    if refund.is_automatic:
        let_go(refund)
    return refund


def _at_provider(payment: Payment, amount: Decimal, capture: str) -> Decimal | None:
    """:raises TooSmallToGiveBack: if it is nothing in the currency of the provider"""
    asked = quotes.to_give_back(payment, amount, capture)
    if asked is not None and asked <= 0:
        raise TooSmallToGiveBack(
            _("This is too small to give back in %(currency)s: give it as store credit.")
            % {"currency": payment.quoted_currency}
        )
    return asked


def _capture_with(payment: Payment, amount: Decimal) -> str:
    """The newest capture that has so much left: a payment that was paid twice has two."""
    found = selectors.captures_left(payment)
    fitting = [reference for reference, left in found if left >= amount]
    if found and not fitting:
        raise RefundExceedsPayment(_("It was paid in parts: give back each part by itself."))
    return fitting[0] if fitting else ""


def _reserve(payment_id: UUID, amount: Decimal) -> bool:
    fitting = Payment.objects.filter(pk=payment_id).with_room(amount)
    return bool(fitting.update(refund_reserved=F("refund_reserved") + amount))


def _with_order_locked(payment_id: UUID) -> Payment:
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    Order.objects.locked().get(pk=order_id)
    return Payment.objects.get(pk=payment_id)
