"""A shop's account at Stripe: what has been opened, paid, given back and disputed."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from tests.providers.stripe import documents
from tests.providers.stripe.documents import Document, refusal

Act = Callable[[str], None]


class Account:
    """
    `clock_offset` moves its clock by so many seconds, `refund_status` is what refunds begin as.

    Shoppers pay, banks refuse and staff use the dashboard by plain methods, which take the id of a
    session. They do as they are told, also to a session that is over: as if it had crossed.
    """

    def __init__(self) -> None:
        self.url = ""
        self.clock_offset = 0
        self.livemode = False
        self.refund_status = "succeeded"
        self.sessions: dict[str, Document] = {}
        self.intents: dict[str, Document] = {}
        self.charges: dict[str, Document] = {}
        self.refunds: dict[str, Document] = {}
        self.disputes: dict[str, Document] = {}
        self.balance: dict[str, Document] = {}
        self.history: list[Document] = []
        self.events: deque[Any] = deque()
        self._intent_data: dict[str, Mapping[str, Any]] = {}

    def now(self) -> int:
        return int(time.time()) + self.clock_offset

    def open_session(self, asked: Mapping[str, Any]) -> Document:
        prices = [(each["price_data"], int(each["quantity"])) for each in asked["line_items"]]
        total = sum(int(price["unit_amount"]) * count for price, count in prices)
        currency = prices[0][0]["currency"]
        session = documents.session(asked, amount=total, currency=currency, created=self.now())
        session |= {"livemode": self.livemode, "url": f"{self.url}/c/pay/{session['id']}"}
        self._intent_data[session["id"]] = asked.get("payment_intent_data", {})
        self.sessions[session["id"]] = session
        return session

    def expire(self, session_id: str) -> Document:
        """:raises Refusal: unless it is open"""
        session = self.sessions[session_id]
        if session["status"] != "open":
            raise refusal(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
                f"Session has a status of {session['status']}."
            )
        session |= {"status": "expired", "url": None}
        self._tell("checkout.session.expired", session)
        return session

    def expire_due(self) -> None:
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self.expire(session["id"])

    def pay(self, session_id: str, **changes: Any) -> Document:
        """`changes` are the amount, currency or livemode that the payment has instead of ours."""
        session = self.sessions[session_id]
        intent = self._intent_of(session)
        intent |= changes
        session["livemode"] = intent["livemode"]
        charge = self._charge(intent)
        charge |= {"paid": True, "status": "succeeded"}
        if intent["capture_method"] == "manual":
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self._tell("payment_intent.amount_capturable_updated", intent)
        else:
            self._take(intent, charge)
            session["payment_status"] = "paid"
        self._complete(session)
        return session

    def decline(self, session_id: str) -> None:
        """The bank says no; the shopper may try another card on the same page."""
        intent = self._intent_of(self.sessions[session_id])
        charge = self._charge(intent)
        reason = {"code": "card_declined", "message": "Your card was declined."}
        charge |= {"status": "failed", "failure_code": "card_declined"}
        charge["failure_message"] = reason["message"]
        error = {**reason, "type": "card_error", "decline_code": "generic_decline"}
        intent["last_payment_error"] = {**error, "charge": charge["id"]}
        self._tell("payment_intent.payment_failed", intent)

    def pay_later(self, session_id: str) -> None:
        """The shopper takes a voucher to pay in cash: nothing has come yet."""
        session = self.sessions[session_id]
        session["payment_method_types"] = ["oxxo"]
        intent = self._intent_of(session)
        details = {
            "expires_after": self.now() + 3 * 24 * 3600,
            "hosted_voucher_url": f"{self.url}/voucher",
            "number": "12345678901234657890123456789012",
        }
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "oxxo_display_details",
            "oxxo_display_details": details,
        }
        self._complete(session)

    def arrive(self, session_id: str) -> None:
        """The cash of a voucher."""
        session = self.sessions[session_id]
        intent = self._intent_of(session)
        charge = self._charge(intent)
        charge |= {"paid": True, "status": "succeeded"}
        intent["next_action"] = None
        self._take(intent, charge)
        session["payment_status"] = "paid"
        self._tell("checkout.session.async_payment_succeeded", session)

    def lapse(self, session_id: str) -> None:
        """Nobody paid the voucher."""
        session = self.sessions[session_id]
        reason = {"code": "payment_intent_payment_attempt_expired", "type": "invalid_request_error"}
        message = {"message": "The payment attempt for this PaymentIntent has expired."}
        self._intent_of(session).update(
            status="requires_payment_method",
            next_action=None,
            last_payment_error=reason | message,
        )
        self._tell("checkout.session.async_payment_failed", session)

    def capture(self, intent_id: str, amount: int | None = None) -> Document:
        """:raises Refusal: unless there is something to capture"""
        intent = self.intents[intent_id]
        if intent["status"] != "requires_capture":
            raise refusal(
                "This PaymentIntent could not be captured because it has a status of "
                f"{intent['status']}. Only a PaymentIntent with one of the following statuses may "
                "be captured: requires_capture.",
                code="payment_intent_unexpected_state",
            )
        self._take(intent, self.charges[intent["latest_charge"]], amount)
        for session in self.sessions.values():
            if session["payment_intent"] == intent_id:
                session["payment_status"] = "paid"
        return intent

    def refund(self, charge_id: str, amount: int | None, asked: Mapping[str, Any]) -> Document:
        """:raises Refusal: if the charge does not have that much left"""
        charge = self.charges[charge_id]
        left = charge["amount_captured"] - charge["amount_refunded"]
        if charge["disputed"]:
            raise refusal(f"Charge {charge_id} has been charged back.", code="charge_disputed")
        if left <= 0:
            text = f"Charge {charge_id} has already been refunded."
            raise refusal(text, code="charge_already_refunded")
        wanted = left if amount is None else amount
        if wanted > left:
            text = f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})"
            raise refusal(text, param="amount")
        refund = documents.refund(charge, amount=wanted, asked=asked, created=self.now())
        refund["status"] = self.refund_status
        self.refunds[refund["id"]] = refund
        self._book(refund, amount=-wanted, category="refund")
        self._sum_refunds(charge)
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        return refund

    def refund_in_dashboard(self, session_id: str, amount: int | None = None) -> Document:
        intent = self.intents[self.sessions[session_id]["payment_intent"]]
        return self.refund(intent["latest_charge"], amount, {"reason": "requested_by_customer"})

    def settle_refund(self, refund_id: str, status: str) -> None:
        """succeeded or failed; one that fails after it had succeeded came back from the bank."""
        refund = self.refunds[refund_id]
        refund["status"] = status
        self._tell("refund.updated", refund)
        if status == "failed":
            refund["failure_reason"] = "lost_or_stolen_card"
            self._sum_refunds(self.charges[refund["charge"]])
            self._tell("refund.failed", refund)

    def dispute(self, session_id: str, *, inquiry: bool = False) -> Document:
        """The shopper's bank takes the money back; by an inquiry it only asks."""
        intent = self.intents[self.sessions[session_id]["payment_intent"]]
        charge = self.charges[intent["latest_charge"]]
        charge["disputed"] = True
        status = "warning_needs_response" if inquiry else "needs_response"
        amount = charge["amount_captured"] - charge["amount_refunded"]
        dispute = documents.dispute(charge, amount=amount, status=status, created=self.now())
        self.disputes[dispute["id"]] = dispute
        self._tell("charge.dispute.created", dispute)
        if not inquiry:
            self._move(dispute, -amount, "dispute")
            self._tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, dispute_id: str, status: str) -> None:
        """won, lost or warning_closed."""
        dispute = self.disputes[dispute_id]
        dispute["status"] = status
        if status == "won":
            self._move(dispute, dispute["amount"], "dispute_reversal")
            self._tell("charge.dispute.funds_reinstated", dispute)
        self._tell("charge.dispute.closed", dispute)

    def _intent_of(self, session: Document) -> Document:
        """The session's intent, which begins with the first try to pay."""
        if session["payment_intent"] is None:
            data = self._intent_data[session["id"]]
            intent = documents.intent(
                session, metadata=dict(data.get("metadata", {})), created=self.now()
            )
            intent["capture_method"] = data.get("capture_method", "automatic")
            self.intents[intent["id"]] = intent
            session["payment_intent"] = intent["id"]
        return self.intents[session["payment_intent"]]

    def _charge(self, intent: Document) -> Document:
        charge = documents.charge(intent, created=self.now())
        self.charges[charge["id"]] = charge
        intent["latest_charge"] = charge["id"]
        return charge

    def _take(self, intent: Document, charge: Document, amount: int | None = None) -> None:
        taken = intent["amount"] if amount is None else amount
        charge |= {"captured": True, "amount_captured": taken}
        fee = taken * 29 // 1000 + 30
        charge["balance_transaction"] = self._book(
            charge, amount=taken, fee=fee, category="charge"
        )["id"]
        intent |= {"status": "succeeded", "amount_received": taken, "amount_capturable": 0}
        self._tell("payment_intent.succeeded", intent)

    def _complete(self, session: Document) -> None:
        session |= {"status": "complete", "url": None}
        self._tell("checkout.session.completed", session)

    def _sum_refunds(self, charge: Document) -> None:
        counted = [
            each["amount"]
            for each in self.refunds.values()
            if each["charge"] == charge["id"] and each["status"] not in ("failed", "canceled")
        ]
        charge["amount_refunded"] = sum(counted)
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]

    def _book(self, source: Document, *, amount: int, category: str, fee: int = 0) -> Document:
        row = documents.balance_transaction(
            source, amount=amount, fee=fee, category=category, created=self.now()
        )
        self.balance[row["id"]] = row
        source["balance_transaction"] = row["id"]
        return row

    def _move(self, dispute: Document, amount: int, category: str) -> None:
        row = documents.balance_transaction(
            dispute, amount=amount, fee=0, category=category, created=self.now()
        )
        dispute["balance_transactions"].append(row)

    def _tell(self, kind: str, about: Document) -> None:
        event = documents.event(kind, about, created=self.now(), livemode=self.livemode)
        self.history.append(event)
        self.events.append(event)
