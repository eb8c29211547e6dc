"""Translate Mercado Pago's JSON documents into facts about money."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from payments.gateways.base import DisputeFact, MoneyFact, ProviderSnapshot, RefundFact, told
from payments.states import DisputeState, PaymentState, RefundState

Document = Mapping[str, Any]

# A payment in mediation is still the shop's: it goes back only by a refund or a chargeback.
MOVED = frozenset({"approved", "in_mediation", "charged_back", "refunded"})
ENDED = frozenset({"rejected", "cancelled"})
REFUND_STATES = {
    "approved": RefundState.SUCCEEDED,
    "rejected": RefundState.FAILED,
    "cancelled": RefundState.CANCELLED,
}
# What Mercado Pago's reference says of its codes.
WORDS = {
    "cc_rejected_bad_filled_card_number": "The number of the card is wrong.",
    "cc_rejected_bad_filled_date": "The expiry date of the card is wrong.",
    "cc_rejected_bad_filled_other": "A detail of the card is wrong.",
    "cc_rejected_bad_filled_security_code": "The security code of the card is wrong.",
    "cc_rejected_blacklist": "Mercado Pago does not take this card.",
    "cc_rejected_call_for_authorize": "The shopper has to authorise the payment with the bank.",
    "cc_rejected_card_disabled": "The card is not active.",
    "cc_rejected_duplicated_payment": "The same amount was paid with this card just before.",
    "cc_rejected_high_risk": "Mercado Pago has declined it to prevent fraud.",
    "cc_rejected_insufficient_amount": "The card does not have enough funds.",
    "cc_rejected_invalid_installments": "The card does not take so many instalments.",
    "cc_rejected_max_attempts": "This card was tried too often.",
    "cc_rejected_other_reason": "The bank has declined it without a reason.",
}
WON = DisputeState.WON
WAITS_FOR_PAPERS = frozenset({"pending", "not_supplied"})


@dataclass(frozen=True)
class Account:
    """Whose money it is, and whether it is real."""

    key: str
    is_live: bool


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All that is known of one reference. `is_over`: its page takes no money any more."""

    reference: str
    payments: Sequence[Document]
    chargebacks: Sequence[Document] = field(default=())
    is_over: bool = False


def truth(found: Findings, account: Account) -> ProviderSnapshot:
    """
    One attempt may have been paid many times: each payment is a capture of its own.

    :raises KeyError, TypeError, ValueError: if the documents are not what they should be
    """
    moved = [each for each in found.payments if each["status"] in MOVED]
    shown = _shown(found.payments)
    card = shown.get("card") or {}
    error_code, error_message = _reason(shown)
    return ProviderSnapshot(
        state=_state(found),
        reference=found.reference,
        captures=[_capture(each) for each in moved],
        refunds=[refund for each in moved for refund in _refunds(each)],
        disputes=[
            _dispute(chargeback, payment)
            for chargeback in found.chargebacks
            for payment in _charged_back(chargeback, moved)
        ],
        mismatch=_mismatch(moved, found.reference, account),
        fee=_fee(moved),
        error_code=error_code,
        error_message=error_message,
        card_brand=str(shown.get("payment_method_id") or "") if card else "",
        card_last4=str(card.get("last_four_digits") or "")[:4],
        transaction=str(shown.get("id", "")),
    )


def error_in(document: Document) -> str:
    """Status and detail of an error, or of the deciding payment in an answer."""
    payments = document.get("results", [document])
    shown = _shown(payments)
    if "status_detail" not in shown:
        return told(shown.get("error"), shown.get("message"))
    return told(*_reason(shown)) if shown["status"] in ENDED else ""


def _shown(payments: Sequence[Document]) -> Document:
    """Of all tries the one that has brought money, or else the newest."""
    moved = [each for each in payments if each.get("status") in MOVED]
    newest = max(payments, key=lambda each: str(each.get("date_created")), default={})
    return moved[0] if moved else newest


def _reason(payment: Document) -> tuple[str, str]:
    """Why a payment was refused, or is contested. Mercado Pago tells the code alone."""
    if payment.get("status") not in ENDED | {"in_mediation"}:
        return "", ""
    detail = str(payment["status_detail"])
    return detail, WORDS.get(detail, f"{payment['status']}: {detail}")


def refund(document: Document, *, currency: str, key: str | None = None) -> RefundFact:
    """Only the answer to our own request tells the key."""
    return RefundFact(
        reference=str(document["id"]),
        amount=amount_of(document["amount"]),
        currency=currency,
        occurred_at=_time(document["date_created"]),
        state=REFUND_STATES.get(document["status"], RefundState.PENDING),
        key=key,
        capture=str(document["payment_id"]),
        error="" if document["status"] != "rejected" else "The refund was rejected.",
    )


def amount_of(number: object) -> Decimal:
    """:raises ValueError: if it is not an amount"""
    amount = Decimal(str(number))
    if not amount.is_finite():
        raise ValueError("This is no amount of money.")
    return amount


def is_over(preference: Document, now: datetime) -> bool:
    """Whether the page that the preference leads to has been closed by its time."""
    until = preference.get("expiration_date_to")
    return bool(preference.get("expires") and until) and _time(until) <= now


def _state(found: Findings) -> PaymentState:
    """Unknown statuses count as pending: money may still arrive."""
    statuses = {each["status"] for each in found.payments}
    if statuses & MOVED:
        return PaymentState.CAPTURED
    if "authorized" in statuses:
        return PaymentState.AUTHORIZED
    if statuses - ENDED:
        return PaymentState.PROCESSING
    if not found.is_over:
        return PaymentState.OPEN
    return PaymentState.FAILED if statuses else PaymentState.EXPIRED


def _capture(payment: Document) -> MoneyFact:
    return MoneyFact(
        reference=str(payment["id"]),
        amount=amount_of(payment["transaction_amount"]),
        currency=str(payment["currency_id"]),
        occurred_at=_time(payment.get("date_approved") or payment["date_created"]),
    )


def _refunds(payment: Document) -> Iterator[RefundFact]:
    for each in payment.get("refunds") or ():
        document = {"payment_id": payment["id"], **each}
        yield refund(document, currency=str(payment["currency_id"]))


def _charged_back(chargeback: Document, moved: Sequence[Document]) -> Sequence[Document]:
    """The payment that it is about; none while its money is not known to have moved."""
    return [each for each in moved if str(each["id"]) in payments_of(chargeback)][:1]


def _dispute(chargeback: Document, payment: Document) -> DisputeFact:
    """The bank takes the money when it opens the case, and returns it if the shop was right."""
    state = _dispute_state(chargeback, str(payment["status_detail"]))
    changed_at = _time(chargeback["date_last_updated"])
    deadline = chargeback.get("date_documentation_deadline")
    withdrawn = MoneyFact(
        reference=str(chargeback["id"]),
        amount=amount_of(chargeback["amount"]),
        currency=str(chargeback.get("currency") or payment["currency_id"]),
        occurred_at=_time(chargeback.get("date_created") or chargeback["date_last_updated"]),
    )
    return DisputeFact(
        **vars(withdrawn),
        state=state,
        reason=str(chargeback.get("reason") or ""),
        respond_by=_time(deadline) if deadline else None,
        withdrawn=withdrawn,
        reinstated=replace(withdrawn, occurred_at=changed_at) if state == WON else None,
    )


def payments_of(chargeback: Document) -> list[str]:
    """The ids of the payments that a chargeback is about."""
    found = chargeback["payments"]
    return [str(each["id"] if isinstance(each, Mapping) else each) for each in found]


def _dispute_state(chargeback: Document, detail: str) -> DisputeState:
    covered = str(chargeback.get("coverage_applied")).lower()
    if covered == "true" or detail == "reimbursed":
        return WON
    if covered == "false" or detail == "settled":
        return DisputeState.LOST
    papers = chargeback.get("documentation_status")
    if papers == "review_pending":
        return DisputeState.UNDER_REVIEW
    if chargeback.get("documentation_required") and papers in WAITS_FOR_PAPERS:
        return DisputeState.NEEDS_RESPONSE
    return DisputeState.OPENED


def _mismatch(moved: Sequence[Document], reference: str, account: Account) -> str:
    for each in moved:
        if str(each["collector_id"]) != account.key:
            return "The money went to another account of Mercado Pago."
        if each["live_mode"] is not account.is_live:
            return "It was paid with test money." if account.is_live else "It was paid for real."
        if each.get("external_reference") != reference:
            return "The payment is for something else."
    return ""


def _fee(moved: Sequence[Document]) -> Decimal | None:
    """What Mercado Pago keeps of the seller's money; financing is the shopper's own cost."""
    fees = [
        amount_of(each["amount"])
        for payment in moved
        for each in payment.get("fee_details") or ()
        if each.get("fee_payer") == "collector"
    ]
    return sum(fees, start=Decimal(0)) if fees else None


def _time(text: object) -> datetime:
    """:raises ValueError: for a time without its zone"""
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError("The time has no zone.")
    return found
