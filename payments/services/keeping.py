"""Writing down facts about money, each once, in the currency of the order."""

from collections.abc import Sequence
from decimal import Decimal

from payments import quotes
from payments.gateways.base import MoneyFact, RefundFact
from payments.models import LedgerEntry, LedgerKind, Payment, Refund
from payments.states import RefundState


def keep(payment: Payment, kind: LedgerKind, fact: MoneyFact, *, is_accepted: bool = True) -> None:
    """Call it under the locks of the order and the payment; twice is once."""
    _write(payment, kind, fact, amount=quotes.worth(payment, fact), is_accepted=is_accepted)


def keep_refund(payment: Payment, fact: RefundFact) -> None:
    """
    Write a refund that has arrived, or that the bank gave back after it had.

    One that we asked for is worth what we asked for: the rate is not applied twice.
    """
    ours = Refund.objects.filter(payment=payment, idempotency_key=fact.key) if fact.key else None
    asked: Sequence[Decimal] = list(ours.values_list("amount", flat=True)) if ours else []
    amount = asked[0] if asked else quotes.worth(payment, fact)
    if fact.state == RefundState.SUCCEEDED:
        _write(payment, LedgerKind.REFUND, fact, amount=amount)
    elif fact.state == RefundState.FAILED and _had_arrived(payment, fact):
        _write(payment, LedgerKind.REFUND_REVERSAL, fact, amount=amount)


def _had_arrived(payment: Payment, fact: RefundFact) -> bool:
    return payment.ledger.filter(kind=LedgerKind.REFUND, reference=fact.reference).exists()


def _write(
    payment: Payment,
    kind: LedgerKind,
    fact: MoneyFact,
    *,
    amount: Decimal,
    is_accepted: bool = True,
) -> None:
    is_quoted = payment.quoted_amount is not None and fact.currency == payment.quoted_currency
    entry = LedgerEntry(
        payment=payment,
        provider=payment.gateway,
        kind=kind,
        reference=fact.reference,
        amount=amount,
        currency=payment.currency if is_quoted else fact.currency,
        provider_amount=fact.amount if is_quoted else None,
        provider_currency=fact.currency if is_quoted else "",
        is_accepted=is_accepted,
        occurred_at=fact.occurred_at,
    )
    LedgerEntry.objects.bulk_create([entry], ignore_conflicts=True)
