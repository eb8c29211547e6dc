"""Translate Conekta's JSON documents into facts about money."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from payments.gateways.amounts import from_minor, from_seconds
from payments.gateways.base import DisputeFact, MoneyFact, ProviderSnapshot, RefundFact, told
from payments.states import DisputeState, PaymentState, RefundState

Document = dict[str, Any]

STATES = {
    "pending_payment": PaymentState.PROCESSING,
    "pre_authorized": PaymentState.AUTHORIZED,
    "paid": PaymentState.CAPTURED,
    "partially_refunded": PaymentState.CAPTURED,
    "refunded": PaymentState.CAPTURED,
    "charged_back": PaymentState.CAPTURED,
    "expired": PaymentState.EXPIRED,
    "canceled": PaymentState.CANCELLED,
    "voided": PaymentState.CANCELLED,
    "fraudulent": PaymentState.FAILED,
}
# The money of such a charge has come, whatever came of it later.
PAID = frozenset({"paid", "partially_refunded", "refunded", "charged_back", "reversed"})
# Without a word it is done; one that we do not know is still under way.
REFUND_STATES: dict[str | None, RefundState] = {
    None: RefundState.SUCCEEDED,
    **dict.fromkeys(
        ("succeeded", "success", "successful", "completed", "paid", "refunded"),
        RefundState.SUCCEEDED,
    ),
    **dict.fromkeys(("failed", "declined", "rejected"), RefundState.FAILED),
    **dict.fromkeys(("canceled", "cancelled", "expired", "voided"), RefundState.CANCELLED),
}
DISPUTE_STATES = {
    "action_required": DisputeState.NEEDS_RESPONSE,
    "won": DisputeState.WON,
    "covered": DisputeState.WON,
    "lost": DisputeState.LOST,
}
OTHER_MODE = "It is of Conekta's other mode: test or live."


def truth(order: Document, *, now: float, is_live: bool) -> ProviderSnapshot:
    """
    An order may have been tried many times: each charge that is paid is a capture of its own.

    :raises KeyError, TypeError, ValueError, AttributeError: if it is not what it should be
    """
    tried = charges(order)
    paid = _paid(order)
    shown: Document = next(iter(paid or tried[-1:]), {})
    method = shown.get("payment_method") or {}
    is_card = method.get("object") == "card_payment"
    error_code, error_message = _decline(tried)
    return ProviderSnapshot(
        state=state(order, now),
        reference=reference_of(order),
        captures=[_capture(each) for each in paid],
        refunds=refunds(order),
        disputes=[_dispute(each) for each in paid if _is_disputed(each)],
        mismatch=_mismatch(order, is_live=is_live),
        fee=_fee(paid),
        error_code=error_code,
        error_message=error_message,
        card_brand=method.get("brand") or "" if is_card else "",
        card_last4=method.get("last4") or "" if is_card else "",
        transaction=shown.get("id", ""),
    )


def error_in(document: Document) -> str:
    """Of an error, or of the newest charge that an order or an event shows, if it was declined."""
    if document.get("details"):
        detail = document["details"][0]
        return told(detail.get("code"), detail.get("message"))
    subject = document["data"]["object"] if document.get("object") == "event" else document
    return told(*_decline([subject] if subject.get("object") == "charge" else charges(subject)))


def _decline(tried: list[Document]) -> tuple[str, str]:
    """Why the newest charge has brought nothing, unless another has."""
    if not tried or any(each["status"] in PAID for each in tried):
        return "", ""
    return tried[-1].get("failure_code") or "", tried[-1].get("failure_message") or ""


def state(order: Document, now: float) -> PaymentState:
    """A card that is declined leaves the page open for another, until its time is over."""
    status = order.get("payment_status") or ""
    has_begun = bool(charges(order)) or status != "pending_payment"
    if status in STATES and has_begun:
        return STATES[status]
    if status not in ("", "declined", "pending_payment"):
        return PaymentState.PROCESSING
    checkout = order["checkout"]
    if checkout["status"] == "Issued" and checkout["expires_at"] > now:
        return PaymentState.OPEN
    if status == "declined":
        return PaymentState.FAILED
    is_closed = checkout["status"] in ("Cancelled", "Canceled")
    return PaymentState.CANCELLED if is_closed else PaymentState.EXPIRED


def charges(order: Document) -> list[Document]:
    found: list[Document] = (order.get("charges") or {}).get("data") or []
    return found


def reference_of(order: Document) -> str:
    return str((order.get("metadata") or {}).get("payment") or "")


def refunds(order: Document) -> list[RefundFact]:
    """
    Those of all charges; what a till takes back is one of its own.

    Which charge they give back is told where there is but one: a refund is asked of the order.
    """
    found = []
    paid = _paid(order)
    for charge in paid:
        rows = (charge.get("refunds") or {}).get("data") or []
        found += [_refund(each, charge, is_only=len(paid) == 1) for each in rows]
        if charge["status"] == "reversed":
            found.append(_reversal(charge))
    return found


def about(event: Document) -> dict[str, str]:
    """The order that an event is about, or only its charge; empty if it is about neither."""
    subject = event["data"]["object"]
    if subject["object"] == "order":
        return {"order": str(subject["id"])}
    if subject.get("order_id"):
        return {"order": str(subject["order_id"])}
    return {"charge": str(subject["charge_id"])} if subject.get("charge_id") else {}


def reason_of(error: Document) -> str:
    """What an error document says to people."""
    details = error.get("details") or [{}]
    return str(details[0].get("message") or "")[:200]


def _paid(order: Document) -> list[Document]:
    return [each for each in charges(order) if each["status"] in PAID]


def _capture(charge: Document) -> MoneyFact:
    currency = charge["currency"].upper()
    return MoneyFact(
        reference=charge["id"],
        amount=from_minor(charge["amount"], currency),
        currency=currency,
        occurred_at=from_seconds(charge.get("paid_at") or charge["created_at"]),
    )


def _refund(made: Document, charge: Document, *, is_only: bool) -> RefundFact:
    """An entry with a negative amount; its payment is unknown."""
    status = REFUND_STATES.get(made.get("status"), RefundState.PENDING)
    currency = charge["currency"].upper()
    return RefundFact(
        reference=made["id"],
        amount=from_minor(abs(made["amount"]), currency),
        currency=currency,
        occurred_at=from_seconds(made["created_at"]),
        state=status,
        key=None,
        capture=charge["id"] if is_only else "",
        error="Conekta could not give it back." if status == RefundState.FAILED else "",
    )


def _reversal(charge: Document) -> RefundFact:
    taken = _capture(charge)
    return RefundFact(
        **vars(replace(taken, reference=f"{taken.reference}-reversed")),
        state=RefundState.SUCCEEDED,
        capture=taken.reference,
    )


def _is_disputed(charge: Document) -> bool:
    return bool(charge.get("chargeback")) or charge["status"] == "charged_back"


def _dispute(charge: Document) -> DisputeFact:
    """
    One fact per charge, keyed by the charge: the chargeback itself may arrive later.

    A won dispute reports both the withdrawal and its return, which cancel out.
    """
    chargeback = charge.get("chargeback") or {}
    found = DISPUTE_STATES.get(chargeback.get("status", ""), DisputeState.UNDER_REVIEW)
    due_by, began = chargeback.get("evidence_due_by"), chargeback.get("created_at")
    moved = _capture(charge)
    moved = replace(moved, occurred_at=from_seconds(began) if began else moved.occurred_at)
    is_won = found == DisputeState.WON
    is_taken = is_won or found == DisputeState.LOST or charge["status"] == "charged_back"
    return DisputeFact(
        **vars(moved),
        state=found,
        reason=chargeback.get("reason") or "",
        respond_by=from_seconds(due_by) if due_by else None,
        withdrawn=moved if is_taken else None,
        reinstated=moved if is_won else None,
    )


def _mismatch(order: Document, *, is_live: bool) -> str:
    for each in (order, *_paid(order)):
        if each["livemode"] is not is_live:
            return OTHER_MODE
    if any(each["order_id"] != order["id"] for each in _paid(order)):
        return "The charge is of another order."
    return ""


def _fee(paid: list[Document]) -> Decimal | None:
    """Told by some versions of the API only."""
    told = [from_minor(each["fee"], each["currency"].upper()) for each in paid if "fee" in each]
    return sum(told, start=Decimal(0)) if told else None
