"""Translate PayPal's JSON documents into facts about money."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from payments.gateways.base import DisputeFact, MoneyFact, ProviderSnapshot, RefundFact, told
from payments.gateways.paypal_api import Refused, reason_of
from payments.states import DisputeState, PaymentState, RefundState

Document = Mapping[str, Any]
ORDER_STATES = {
    "APPROVED": PaymentState.AUTHORIZED,
    "VOIDED": PaymentState.CANCELLED,
    "COMPLETED": PaymentState.PROCESSING,
}
# Captures whose money has come.
MOVED = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
DECLINED = ("DECLINED", "FAILED")
REFUND_STATES = {
    "COMPLETED": RefundState.SUCCEEDED,
    "FAILED": RefundState.FAILED,
    "CANCELLED": RefundState.CANCELLED,
}
DISPUTE_STATES = {
    "OPEN": DisputeState.OPENED,
    "WAITING_FOR_SELLER_RESPONSE": DisputeState.NEEDS_RESPONSE,
}
OUTCOMES = {
    "RESOLVED_SELLER_FAVOUR": DisputeState.WON,
    "RESOLVED_WITH_PAYOUT": DisputeState.WON,
    "CANCELED_BY_BUYER": DisputeState.WON,
    "DENIED": DisputeState.WON,
    "RESOLVED_BUYER_FAVOUR": DisputeState.LOST,
    "ACCEPTED": DisputeState.ACCEPTED,
}
TAKEN = "ORDER_ALREADY_CAPTURED"
# Refusals after which the shopper may approve once more, perhaps with another card.
PASSING = ("INSTRUMENT_DECLINED", "PAYER_ACTION_REQUIRED", "ORDER_NOT_APPROVED")
CAPTURE_LINK = re.compile(r".*/v2/payments/captures/(\w+)", re.ASCII)


def truth(order: Document, disputes: Iterable[Document]) -> ProviderSnapshot:
    unit = order["purchase_units"][0]
    payments = unit.get("payments", {})
    captures = _captures(order)
    reason = _reason(captures)
    return ProviderSnapshot(
        state=_state(order, captures),
        reference=_reference(unit, captures),
        captures=[_money(each) for each in captures if each["status"] in MOVED],
        refunds=[refund(each, captures) for each in payments.get("refunds", [])],
        disputes=[_dispute(each) for each in disputes],
        mismatch=_mismatch(order, captures),
        fee=_fee(captures),
        error_code=reason,
        error_message=_in_words(reason),
        transaction=captures[-1]["id"] if captures else "",
    )


def error_in(document: Document) -> str:
    """Of an error, or of the capture that an order or an event shows as declined."""
    if "name" in document or "error" in document:
        return told(*reason_of(document))
    subject = document.get("resource") or document
    captures = _captures(subject) if "purchase_units" in subject else [subject]
    if not captures or captures[-1].get("status") not in DECLINED:
        return ""
    reason = _reason(captures)
    return told(reason, _in_words(reason))


def after_refusal(found: ProviderSnapshot, refused: Refused) -> ProviderSnapshot:
    """
    What is true when PayPal would not take the money: it may have taken it before.

    An order that is still approved goes back to the shopper, or is given up.
    """
    is_waiting = found.state in (PaymentState.AUTHORIZED, PaymentState.OPEN)
    if refused.issue == TAKEN or not is_waiting:
        return found
    is_lost = found.state == PaymentState.AUTHORIZED and refused.issue not in PASSING
    state = PaymentState.FAILED if is_lost else PaymentState.OPEN
    return replace(found, state=state, error_code=refused.issue, error_message=str(refused))


def refund(found: Document, captures: Sequence[Document] = ()) -> RefundFact:
    """Ours carry their key; one made at PayPal has none."""
    key = str(found.get("custom_id") or "")
    links = [CAPTURE_LINK.fullmatch(each["href"]) for each in found.get("links", [])]
    linked = next((each[1] for each in links if each), "")
    return RefundFact(
        **vars(_money(found)),
        state=REFUND_STATES.get(found["status"], RefundState.PENDING),
        key=key if key.startswith("refund-") else "",
        capture=linked or (captures[0]["id"] if captures else ""),
        error=(found.get("status_details") or {}).get("reason", ""),
    )


def moved(order: Document) -> list[str]:
    """The captures whose money has come, and may be disputed."""
    return [each["id"] for each in _captures(order) if each["status"] in MOVED]


def about(event: Document) -> dict[str, str]:
    """The order, or else the capture, that an event is about; empty if it is about neither."""
    resource, kind = event["resource"], event["event_type"]
    if kind.startswith("CUSTOMER.DISPUTE."):
        bought = resource["disputed_transactions"][0]
        return {"capture": str(bought["seller_transaction_id"])}
    if kind.startswith("CHECKOUT."):
        return {"order": str(resource.get("order_id") or resource["id"])}
    related = (resource.get("supplementary_data") or {}).get("related_ids", {})
    if related.get("order_id"):
        return {"order": str(related["order_id"])}
    if event.get("resource_type") == "capture":
        return {"capture": str(resource["id"])}
    links = [CAPTURE_LINK.fullmatch(each["href"]) for each in resource.get("links", [])]
    return next(({"capture": each[1]} for each in links if each), {})


def _captures(order: Document) -> Sequence[Document]:
    found: Sequence[Document] = order["purchase_units"][0].get("payments", {}).get("captures", [])
    return found


def _state(order: Document, captures: Sequence[Document]) -> PaymentState:
    statuses = {each["status"] for each in captures}
    if statuses & set(MOVED):
        return PaymentState.CAPTURED
    if "PENDING" in statuses:
        return PaymentState.PROCESSING
    if statuses:
        return PaymentState.FAILED
    return ORDER_STATES.get(order["status"], PaymentState.OPEN)


def _reference(unit: Document, captures: Sequence[Document]) -> str:
    told = [each.get("custom_id") for each in (unit, *captures)]
    return next((str(each) for each in told if each), "")


def _mismatch(order: Document, captures: Sequence[Document]) -> str:
    units = order["purchase_units"]
    if len(units) > 1:
        return "The order is for more than one payment."
    meant = units[0].get("custom_id")
    if any(meant and each.get("custom_id") not in (None, meant) for each in captures):
        return "The money is of another payment."
    return ""


def _reason(captures: Sequence[Document]) -> str:
    """Why the money has not come, or not yet."""
    if not captures or captures[-1]["status"] in MOVED:
        return ""
    details = captures[-1].get("status_details") or {}
    return str(details.get("reason") or captures[-1]["status"])


def _in_words(reason: str) -> str:
    return reason.replace("_", " ").capitalize()


def _fee(captures: Sequence[Document]) -> Decimal | None:
    """Untold while the money is pending, or where it is in another currency than the payment."""
    fees = [
        (each.get("seller_receivable_breakdown") or {}).get("paypal_fee")
        for each in captures
        if each["status"] in MOVED
    ]
    currencies = {each["amount"]["currency_code"] for each in captures}
    if not fees or any(fee is None or fee["currency_code"] not in currencies for fee in fees):
        return None
    return sum((_decimal(fee) for fee in fees if fee), Decimal(0))


def _dispute(found: Document) -> DisputeFact:
    outcome = (found.get("dispute_outcome") or {}).get("outcome_code", "")
    state = DISPUTE_STATES.get(found["status"], DisputeState.UNDER_REVIEW)
    if found["status"] == "RESOLVED":
        state = OUTCOMES.get(outcome, DisputeState.UNDER_REVIEW)
    due = found.get("seller_response_due_date")
    return DisputeFact(
        reference=found["dispute_id"],
        amount=_decimal(found["dispute_amount"]),
        currency=found["dispute_amount"]["currency_code"],
        occurred_at=_time(found["create_time"]),
        state=state,
        reason=found["reason"],
        respond_by=_time(due) if due else None,
        withdrawn=_settlement(found, "DEBIT"),
        reinstated=_settlement(found, "CREDIT"),
    )


def _settlement(dispute: Document, kind: str) -> MoneyFact | None:
    """What a dispute did to the shop's balance. PayPal gives such a movement no name of its own."""
    for each in dispute.get("money_movements", []):
        ours = (each.get("affected_party"), each.get("type"), each.get("reason"))
        if ours == ("SELLER", kind, "DISPUTE_SETTLEMENT"):
            return MoneyFact(
                reference=f"{dispute['dispute_id']}-{kind.lower()}",
                amount=_decimal(each["amount"]),
                currency=each["amount"]["currency_code"],
                occurred_at=_time(each["initiated_time"]),
            )
    return None


def _money(found: Document) -> MoneyFact:
    return MoneyFact(
        reference=found["id"],
        amount=_decimal(found["amount"]),
        currency=found["amount"]["currency_code"],
        occurred_at=_time(found["create_time"]),
    )


def _decimal(found: Document) -> Decimal:
    return Decimal(found["value"]).quantize(Decimal("0.01"))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
