"""Translate Stripe's JSON documents into facts about money."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from payments.gateways.amounts import from_minor, from_seconds
from payments.gateways.base import DisputeFact, MoneyFact, ProviderSnapshot, RefundFact, told
from payments.states import DisputeState, PaymentState, RefundState

Document = dict[str, Any]
SESSION_STATES = {"open": PaymentState.OPEN, "expired": PaymentState.EXPIRED}
INTENT_STATES = {
    "succeeded": PaymentState.CAPTURED,
    "requires_capture": PaymentState.AUTHORIZED,
    "canceled": PaymentState.CANCELLED,
    "requires_payment_method": PaymentState.FAILED,
}
REFUND_STATES = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELLED,
}
DISPUTE_STATES = {
    "warning_needs_response": DisputeState.NEEDS_RESPONSE,
    "needs_response": DisputeState.NEEDS_RESPONSE,
    "appeal_needs_response": DisputeState.NEEDS_RESPONSE,
    "won": DisputeState.WON,
    "warning_closed": DisputeState.WON,
    "lost": DisputeState.LOST,
    "prevented": DisputeState.ACCEPTED,
}
OTHER_MODE = "It is of Stripe's other mode: test or live."


def truth(
    session: Document,
    refunds: Iterable[Document],
    disputes: Iterable[Document],
    *,
    is_live: bool,
) -> ProviderSnapshot:
    """Of a session in which its payment intent and the latest charge stand in full."""
    intent = session["payment_intent"] or {}
    error_code, error_message = _decline(intent)
    charge = charge_of(session)
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    return ProviderSnapshot(
        state=_state(session, intent),
        reference=session["client_reference_id"] or "",
        captures=_captures(charge),
        refunds=[refund(each) for each in refunds],
        disputes=[_dispute(each) for each in disputes],
        mismatch=_mismatch(session, intent, is_live=is_live),
        fee=_fee(charge),
        error_code=error_code,
        error_message=error_message,
        card_brand=card.get("brand") or "",
        card_last4=card.get("last4") or "",
        transaction=intent.get("id", ""),
    )


def error_in(document: Document) -> str:
    """Of an error, or of the payment intent that a session or an event shows in full."""
    if error := document.get("error"):
        return told(*_words(error))
    is_event = document.get("object") == "event"
    subject = document["data"]["object"] if is_event else document
    intent = subject.get("payment_intent") or subject
    return told(*_decline(intent))


def _decline(intent: Document) -> tuple[str, str]:
    """Code and message of the last try, as long as no money has come since."""
    is_over = intent.get("status") in ("succeeded", "requires_capture")
    return _words({} if is_over else intent.get("last_payment_error") or {})


def _words(error: Document) -> tuple[str, str]:
    return error.get("decline_code") or error.get("code") or "", error.get("message") or ""


def charge_of(session: Document) -> Document:
    """The money of a session: one that is declined is tried again within the same intent."""
    found: Document = (session["payment_intent"] or {}).get("latest_charge") or {}
    return found


def _state(session: Document, intent: Document) -> PaymentState:
    ended = SESSION_STATES.get(session["status"])
    return ended or INTENT_STATES.get(intent.get("status", ""), PaymentState.PROCESSING)


def _mismatch(session: Document, intent: Document, *, is_live: bool) -> str:
    if session["livemode"] != is_live:
        return OTHER_MODE
    meant = intent.get("metadata", {}).get("payment")
    if meant not in (None, session["client_reference_id"]):
        return "The payment intent is of another payment."
    return ""


def _captures(charge: Document) -> list[MoneyFact]:
    if not charge.get("captured"):
        return []
    return [_money(charge | {"amount": charge["amount_captured"]})]


def _fee(charge: Document) -> Decimal | None:
    """Untold where the shop's account is in another currency than the payment."""
    booked = charge.get("balance_transaction")
    if not booked or booked["currency"] != charge["currency"]:
        return None
    return from_minor(booked["fee"], charge["currency"].upper())


def refund(found: Document) -> RefundFact:
    return RefundFact(
        **vars(_money(found)),
        state=REFUND_STATES.get(found["status"], RefundState.PENDING),
        key=(found["metadata"] or {}).get("refund", ""),
        capture=found["charge"] or "",
        error=found.get("failure_reason") or "",
    )


def _dispute(found: Document) -> DisputeFact:
    due_by = found["evidence_details"]["due_by"]
    return DisputeFact(
        **vars(_money(found)),
        state=DISPUTE_STATES.get(found["status"], DisputeState.UNDER_REVIEW),
        reason=found["reason"],
        respond_by=from_seconds(due_by) if due_by else None,
        withdrawn=_moved(found, lambda amount: amount < 0),
        reinstated=_moved(found, lambda amount: amount > 0),
    )


def _moved(dispute: Document, is_it: Callable[[int], bool]) -> MoneyFact | None:
    """What a dispute did to the balance, whose currency may differ from the payment's."""
    for row in dispute["balance_transactions"]:
        if is_it(row["amount"]):
            same = row["currency"] == dispute["currency"]
            amount = abs(row["amount"]) if same else dispute["amount"]
            return _money(row | {"amount": amount, "currency": dispute["currency"]})
    return None


def _money(found: Document) -> MoneyFact:
    currency = found["currency"].upper()
    return MoneyFact(
        reference=found["id"],
        amount=from_minor(found["amount"], currency),
        currency=currency,
        occurred_at=from_seconds(found["created"]),
    )


def about(event: Document) -> dict[str, str]:
    """The session or the payment intent that an event is about; empty if it is about neither."""
    subject = event["data"]["object"]
    if subject["object"] == "checkout.session":
        return {"session": subject["id"]}
    field = "id" if subject["object"] == "payment_intent" else "payment_intent"
    return {"payment_intent": subject[field]} if subject.get(field) else {}
