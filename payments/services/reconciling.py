"""The provider's list against our ledger, both ways: what webhooks and polls have missed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from payments import gateways
from payments.exceptions import ProviderUnavailable
from payments.gateways.base import GatewayRefused, GatewayUnavailable, Truth
from payments.models import LedgerEntry, LedgerKind, Payment
from payments.services.settling import apply
from payments.states import RefundState


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`kind`: missing_here (written down now), missing_there, amount_diff, unknown_payment."""

    kind: str
    gateway: str
    payment: str
    reference: str
    ours: Decimal | None = None
    theirs: Decimal | None = None
    currency: str


def reconcile(code: str, since: datetime, until: datetime | None = None) -> Iterator[Difference]:
    """
    Compare a provider's payments that changed since then, and write down what is missing here.

    With `until`, those payments are left out whose money moved only afterwards. Running it again
    finds only what is still different.

    :raises ProviderUnavailable: if the provider cannot be asked
    """
    try:
        changed = list(gateways.get(code).changed_since(since))
    except (GatewayUnavailable, GatewayRefused) as error:
        raise ProviderUnavailable(f"{code}: {error}") from error
    found = [(key, truth) for key, truth in changed if not _is_later(truth, until)]
    for (gateway_id, truth), payment in zip(found, _payments_of(code, found), strict=True):
        if payment:
            yield from _compare(payment, truth)
        else:
            yield from _unknown(code, gateway_id, truth)


def _payments_of(code: str, found: Sequence[tuple[str, Truth]]) -> list[Payment | None]:
    """Our payment for each of theirs: by their id, or by our number where they tell none."""
    ids = {key for key, _ in found if key}
    numbers = {truth.reference for key, truth in found if not key}
    payments = Payment.objects.filter(Q(gateway_id__in=ids) | Q(number__in=numbers), gateway=code)
    by_id = {payment.gateway_id: payment for payment in payments if payment.gateway_id}
    by_number = {payment.number: payment for payment in payments}
    return [by_id.get(key) if key else by_number.get(truth.reference) for key, truth in found]


def _is_later(truth: Truth, until: datetime | None) -> bool:
    times = [fact.occurred_at for fact in (*truth.captures, *truth.refunds)]
    return until is not None and bool(times) and min(times) >= until


def _unknown(code: str, gateway_id: str, truth: Truth) -> Iterator[Difference]:
    for fact in truth.captures:
        yield Difference(
            kind="unknown_payment",
            gateway=code,
            payment=gateway_id,
            reference=fact.reference,
            theirs=fact.amount,
            currency=fact.currency,
        )


def _compare(payment: Payment, truth: Truth) -> Iterator[Difference]:
    """In the money that the provider took."""
    theirs = {(LedgerKind.CAPTURE.value, each.reference): each.amount for each in truth.captures}
    for refund in truth.refunds:
        if refund.state == RefundState.SUCCEEDED:
            theirs[LedgerKind.REFUND.value, refund.reference] = refund.amount
    rows = LedgerEntry.objects.filter(payment=payment, kind__in=["capture", "refund"])
    ours = {(row.kind, row.reference): row.provider_amount or row.amount for row in rows}
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            yield Difference(
                kind=_kind(ours.get(key), theirs.get(key)),
                gateway=payment.gateway,
                payment=payment.number,
                reference=key[1],
                ours=ours.get(key),
                theirs=theirs.get(key),
                currency=payment.quoted_currency or payment.currency,
            )
    if theirs.keys() - ours.keys():
        apply(payment.pk, truth)


def _kind(ours: Decimal | None, theirs: Decimal | None) -> str:
    if ours is None:
        return "missing_here"
    return "missing_there" if theirs is None else "amount_diff"
