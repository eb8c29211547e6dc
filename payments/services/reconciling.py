"""The provider's list against our ledger, both ways: what webhooks and polls have missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from payments import gateways
from payments.exceptions import ProviderUnavailable
from payments.gateways.base import GatewayRefused, GatewayUnavailable, Truth
from payments.models import LedgerEntry, LedgerKind, Payment
from payments.services.settling import apply
from payments.states import RefundState


@dataclass(frozen=True)
class Difference:
    """`kind`: missing_here (written down now), missing_there, amount_diff, unknown_payment."""

    kind: str
    gateway: str
    payment: str
    reference: str
    amount: str


def reconcile(code: str, since: datetime) -> Iterator[Difference]:
    """
    Compare a provider's payments that changed since then, and write down what is missing here.

    Running it again finds only what is still different.

    :raises ProviderUnavailable: if the provider cannot be asked
    """
    try:
        found = list(gateways.get(code).changed_since(since))
    except (GatewayUnavailable, GatewayRefused) as error:
        raise ProviderUnavailable(str(error)) from error
    payments = {
        payment.gateway_id: payment
        for payment in Payment.objects.filter(
            gateway=code, gateway_id__in=[key for key, _ in found]
        )
    }
    for gateway_id, truth in found:
        payment = payments.get(gateway_id)
        if payment:
            yield from _compare(payment, truth)
        else:
            for fact in truth.captures:
                yield Difference(
                    "unknown_payment", code, gateway_id, fact.reference, str(fact.amount)
                )


def _compare(payment: Payment, truth: Truth) -> Iterator[Difference]:
    theirs = {(LedgerKind.CAPTURE.value, each.reference): each.amount for each in truth.captures}
    for refund in truth.refunds:
        if refund.state == RefundState.SUCCEEDED:
            theirs[LedgerKind.REFUND.value, refund.reference] = refund.amount
    rows = LedgerEntry.objects.filter(payment=payment, kind__in=["capture", "refund"])
    ours = {(row.kind, row.reference): row.amount for row in rows}
    for key, amount in theirs.items():
        if key not in ours:
            yield _difference("missing_here", payment, key[1], str(amount))
        elif ours[key] != amount:
            yield _difference("amount_diff", payment, key[1], f"{ours[key]} / {amount}")
    for key in ours.keys() - theirs.keys():
        yield _difference("missing_there", payment, key[1], str(ours[key]))
    if theirs.keys() - ours.keys():
        apply(payment.pk, truth)


def _difference(kind: str, payment: Payment, reference: str, amount: str) -> Difference:
    return Difference(kind, payment.gateway, payment.number, reference, amount)
