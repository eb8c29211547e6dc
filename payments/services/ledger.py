"""Writing down facts about money, each once, in the currency of the order."""

from decimal import Decimal

from django.db.models import Q

from payments import quotes
from payments.gateways.base import MoneyFact, RefundFact
from payments.models import LedgerEntry, LedgerKind, Payment, Refund
from payments.states import RefundState


def record_fact(
    payment: Payment, kind: LedgerKind, fact: MoneyFact, *, is_accepted: bool = True
) -> None:
    """Call it under the locks of the order and the payment; twice is once."""
    _write(payment, kind, fact, amount=quotes.worth(payment, fact), is_accepted=is_accepted)


def keep_refund(payment: Payment, fact: RefundFact) -> None:
    """
    Write a refund that has arrived, or that the bank gave back after it had.

    One that we asked for is worth what we asked for, whether the provider tells our key or not:
    the rate is not applied twice.
    """
    refund = refund_behind(payment, fact)
    amount = refund.amount if refund else quotes.worth(payment, fact)
    if fact.state == RefundState.SUCCEEDED:
        _write(payment, LedgerKind.REFUND, fact, amount=amount)
    elif fact.state == RefundState.FAILED and _had_arrived(payment, fact):
        _write(payment, LedgerKind.REFUND_REVERSAL, fact, amount=amount)


def refund_behind(payment: Payment, fact: RefundFact) -> Refund | None:
    """
    The refund that the provider speaks of; None if somebody made it there and we have not noted it.

    Where it does not tell our key, the same amount of the same capture, if it tells that, is the
    refund whose answer is missing: a payment has one of those at a time.
    """
    refunds = Refund.objects.filter(payment=payment)
    known = refunds.filter(idempotency_key=fact.key).first() if fact.key else None
    known = known or refunds.filter(gateway_reference=fact.reference).first()
    if known or fact.key is not None:
        return known
    if fact.capture:
        refunds = refunds.filter(capture_reference=fact.capture)
    return refunds.filter(
        Q(provider_amount=fact.amount) | Q(provider_amount=None, amount=fact.amount),
        state=RefundState.SUBMITTED,
    ).first()


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
