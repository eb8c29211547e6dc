"""The refundable rest of each capture, in the currencies of the order and the provider."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO, quantize
from payments.models import LedgerEntry, LedgerKind, Payment, RefundDestination
from payments.states import GIVEN_UP


@dataclass(frozen=True)
class Capture:
    """
    A capture, with amounts in the order's currency.

    `unnamed` is its share of the refunds that name no capture; `left` is what no refund has
    claimed.
    """

    entry: LedgerEntry
    unnamed: Decimal
    left: Decimal


@dataclass(frozen=True)
class Part:
    """A part of a refund: of one capture of one payment."""

    payment: Payment
    capture: Capture
    amount: Decimal


def refundable_parts(
    order_id: UUID, amount: Decimal, *, without: Collection[UUID] = ()
) -> list[Part]:
    """What each capture of the order can refund of the amount, the newest first."""
    parts = []
    usable = Payment.objects.filter(order=order_id).exclude(pk__in=without)
    for payment in usable.order_by("-captured_at", "-pk"):
        room = payment.room
        for capture in captures_of(payment):
            part = min(amount, capture.left, room)
            if part > 0:
                parts.append(Part(payment, capture, part))
                amount -= part
                room -= part
    return parts


def captures_of(payment: Payment) -> list[Capture]:
    """
    The captures of a payment, the newest first. 2 queries.

    What was refunded at the provider of no named capture is taken from the newest that have it.
    """
    entries = payment.ledger.filter(kind=LedgerKind.CAPTURE).order_by("-occurred_at", "-pk")
    claimed = dict(
        payment.refunds.exclude(state__in=GIVEN_UP)
        .order_by()
        .values_list("capture_reference")
        .annotate(total=Sum("amount"))
    )
    unnamed = claimed.pop("", ZERO)
    found = []
    for entry in entries:
        left = entry.amount - claimed.get(entry.reference, ZERO)
        share = min(unnamed, max(left, ZERO))
        unnamed -= share
        found.append(Capture(entry, unnamed=share, left=left - share))
    return found


def to_give_back(part: Part) -> Decimal | None:
    """
    What to ask of the provider for this part, in the provider's currency; None if that is the
    order's.

    Refunds that add up to the whole capture add up to all that the provider took, whatever their
    number. Call it under the order's lock, before the refund is written. 1 or 2 queries.
    """
    payment, capture = part.payment, part.capture
    if payment.quoted_amount is None:
        return None
    worth, taken = payment.amount, payment.quoted_amount
    if capture.entry.provider_amount:
        worth, taken = capture.entry.amount, capture.entry.provider_amount
    ours, theirs = _claimed(payment, capture.entry.reference)
    all_unnamed, at_provider = _claimed(payment, "")
    if all_unnamed:
        ours += capture.unnamed
        theirs += quantize(at_provider * capture.unnamed / all_unnamed, payment.quoted_currency)
    left: Decimal = taken - theirs
    if ours + part.amount >= worth:
        return left
    return min(quantize(taken * part.amount / worth, payment.quoted_currency), left)


def _claimed(payment: Payment, reference: str) -> tuple[Decimal, Decimal]:
    """What refunds by the provider claim of a capture, in the order's currency and its own."""
    sums = (
        payment.refunds.exclude(state__in=GIVEN_UP)
        .filter(capture_reference=reference, destination=RefundDestination.PAYMENT)
        .aggregate(ours=Sum("amount"), theirs=Sum("provider_amount"))
    )
    return sums["ours"] or ZERO, sums["theirs"] or ZERO
