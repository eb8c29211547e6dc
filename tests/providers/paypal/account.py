"""A shop's account at PayPal: what has been ordered, approved, taken, given back and disputed."""

import time
from collections import deque
from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from tests.providers.paypal import documents
from tests.providers.paypal.documents import Document, link, refusal

REVERSED = frozenset({"RESOLVED_BUYER_FAVOUR", "ACCEPTED"})


class Account:
    """
    `clock_offset` moves its clock by so many seconds. `capture_status` is what captures become:
    COMPLETED, PENDING, DECLINED, or INSTRUMENT_DECLINED, by which the shopper has to choose again.
    `refund_status` is what refunds begin as, `may_read_disputes` a box that is ticked at PayPal.

    Shoppers, banks and staff act by plain methods, which take the id of an order. They do as they
    are told, also with an order that the shop has given up: as if it had crossed.
    """

    def __init__(self) -> None:
        self.url = ""
        self.clock_offset = 0
        self.capture_status = "COMPLETED"
        self.refund_status = "COMPLETED"
        self.may_read_disputes = True
        self.orders: dict[str, Document] = {}
        self.captures: dict[str, Document] = {}
        self.refunds: dict[str, Document] = {}
        self.disputes: dict[str, Document] = {}
        self.transactions: list[Document] = []
        self.events: deque[Any] = deque()
        self._order_of: dict[str, str] = {}
        self._capture_of: dict[str, str] = {}

    def now(self) -> float:
        return time.time() + self.clock_offset

    def open_order(self, asked: Mapping[str, Any]) -> Document:
        order = documents.order(asked, at=self.now())
        source = asked.get("payment_source", {}).get("paypal", {})
        order["_experience"] = dict(source.get("experience_context", {}))
        self.orders[order["id"]] = order
        return order

    def approve(self, order_id: str) -> None:
        """The shopper agrees to pay; the money stays where it is until the shop takes it."""
        order = self.orders[order_id]
        order |= {"status": "APPROVED", "payer": deepcopy(documents.SHOPPER)}
        order["update_time"] = documents.stamp(self.now())
        order["payment_source"]["paypal"] = {
            "email_address": documents.SHOPPER["email_address"],
            "account_id": documents.SHOPPER["payer_id"],
            "account_status": "VERIFIED",
            "name": deepcopy(documents.SHOPPER["name"]),
            "address": deepcopy(documents.SHOPPER["address"]),
        }
        self._tell("CHECKOUT.ORDER.APPROVED", self.shown(order), of="checkout-order")

    def pay(self, order_id: str, *, value: str = "", currency: str = "") -> Document:
        """Approved and taken at once, also with another amount or currency than was asked."""
        amount = self.orders[order_id]["purchase_units"][0]["amount"]
        amount |= {"value": value or amount["value"]}
        amount |= {"currency_code": currency or amount["currency_code"]}
        self.approve(order_id)
        return self.capture(order_id)

    def capture(self, order_id: str) -> Document:
        """:raises Refusal: unless the order waits to be taken, and the instrument is good"""
        order = self.orders[order_id]
        if order["status"] == "COMPLETED":
            raise refusal("ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            raise refusal("ORDER_NOT_APPROVED")
        self._check_invoice(order)
        status = order.pop("_outcome", self.capture_status)
        order["_declined"] = status == "INSTRUMENT_DECLINED"
        if status == "INSTRUMENT_DECLINED":
            order["status"] = "PAYER_ACTION_REQUIRED"
            raise refusal("INSTRUMENT_DECLINED")
        reason = "PENDING_REVIEW" if status == "PENDING" else ""
        capture = documents.capture(order, status=status, reason=reason, at=self.now())
        self.captures[capture["id"]] = capture
        self._order_of[capture["id"]] = order_id
        order |= {"status": "COMPLETED", "update_time": documents.stamp(self.now())}
        if status == "COMPLETED":
            self.transactions.append(documents.transaction(capture, "T0006"))
        self._tell_capture(capture)
        return order

    def settle_capture(self, order_id: str, status: str) -> None:
        """A pending capture becomes COMPLETED, or DECLINED."""
        (capture,) = self.captures_of(order_id)
        capture |= {"status": status, "update_time": documents.stamp(self.now())}
        capture.pop("status_details", None)
        if status == "COMPLETED":
            amount = capture["amount"]
            gross, currency = Decimal(amount["value"]), amount["currency_code"]
            capture["seller_receivable_breakdown"] = documents.breakdown(gross, currency)
            self.transactions.append(documents.transaction(capture, "T0006"))
        self._tell_capture(capture)

    def lapse(self, order_id: str) -> None:
        """Nobody approved it for hours: PayPal forgets it."""
        del self.orders[order_id]

    def refund(self, capture_id: str, asked: Mapping[str, Any]) -> Document:
        """:raises Refusal: if the capture does not have that much left"""
        capture = self.captures[capture_id]
        if capture["status"] == "PENDING":
            raise refusal("PENDING_CAPTURE")
        left = Decimal(capture["amount"]["value"]) - self.refunded_of(capture_id)
        given = asked.get("amount")
        wanted = Decimal(given["value"]) if given else left
        if left <= 0:
            raise refusal("CAPTURE_FULLY_REFUNDED")
        if given and given["currency_code"] != capture["amount"]["currency_code"]:
            raise refusal("REFUND_CAPTURE_CURRENCY_MISMATCH")
        if wanted > left:
            raise refusal("REFUND_AMOUNT_EXCEEDED")
        refund = documents.refund(capture, wanted, asked, status=self.refund_status, at=self.now())
        self.refunds[refund["id"]] = refund
        self._capture_of[refund["id"]] = capture_id
        self._sum_refunds(capture)
        self.transactions.append(documents.transaction(refund, "T1107", reference=capture_id))
        if refund["status"] == "COMPLETED":
            self._tell_refund(refund)
        return refund

    def refund_in_dashboard(self, order_id: str, value: str = "") -> Document:
        (capture,) = self.captures_of(order_id)
        currency = capture["amount"]["currency_code"]
        asked = {"amount": {"value": value, "currency_code": currency}} if value else {}
        return self.refund(capture["id"], asked)

    def settle_refund(self, refund_id: str, status: str) -> None:
        """COMPLETED, FAILED or CANCELLED."""
        refund = self.refunds[refund_id]
        refund |= {"status": status, "update_time": documents.stamp(self.now())}
        refund.pop("status_details", None)
        self._sum_refunds(self.captures[self._capture_of[refund_id]])
        self._tell_refund(refund)

    def dispute(self, order_id: str, *, reason: str = "UNAUTHORISED") -> Document:
        (capture,) = self.captures_of(order_id)
        dispute = documents.dispute(capture, reason=reason, at=self.now())
        self.disputes[dispute["dispute_id"]] = dispute
        self._tell("CUSTOMER.DISPUTE.CREATED", dispute, of="dispute")
        return dispute

    def close_dispute(self, dispute_id: str, outcome: str) -> None:
        """RESOLVED_SELLER_FAVOUR, CANCELED_BY_BUYER, RESOLVED_BUYER_FAVOUR, ACCEPTED…"""
        dispute = self.disputes[dispute_id]
        now = self.now()
        dispute |= {"status": "RESOLVED", "update_time": documents.stamp(now)}
        dispute["dispute_outcome"] = {"outcome_code": outcome}
        del dispute["seller_response_due_date"]
        if outcome in REVERSED:
            dispute["money_movements"] = [documents.movement(dispute, "DEBIT", at=now)]
            self._book_dispute(dispute, "T1201")
            dispute["dispute_outcome"]["amount_refunded"] = dispute["dispute_amount"]
        self._tell("CUSTOMER.DISPUTE.RESOLVED", dispute, of="dispute")

    def give_back_dispute(self, dispute_id: str) -> None:
        """The shop has appealed against a dispute that it had lost, and won."""
        dispute = self.disputes[dispute_id]
        dispute["dispute_outcome"] = {"outcome_code": "RESOLVED_SELLER_FAVOUR"}
        dispute["money_movements"].append(documents.movement(dispute, "CREDIT", at=self.now()))
        self._book_dispute(dispute, "T1202")
        self._tell("CUSTOMER.DISPUTE.RESOLVED", dispute, of="dispute")

    def captures_of(self, order_id: str) -> list[Document]:
        return [self.captures[key] for key, of in self._order_of.items() if of == order_id]

    def refunds_of(self, capture_id: str) -> list[Document]:
        return [self.refunds[key] for key, of in self._capture_of.items() if of == capture_id]

    def refunded_of(self, capture_id: str) -> Decimal:
        counted = ("COMPLETED", "PENDING")
        return sum(
            (
                Decimal(each["amount"]["value"])
                for each in self.refunds_of(capture_id)
                if each["status"] in counted
            ),
            Decimal(0),
        )

    def shown(self, order: Document) -> Document:
        """The order as its own address tells it, with all that has been paid for it."""
        found = {name: value for name, value in order.items() if not name.startswith("_")}
        found = deepcopy(found)
        captures = [self.shown_capture(each) for each in self.captures_of(order["id"])]
        refunds = [
            self.shown_refund(refund) for each in captures for refund in self.refunds_of(each["id"])
        ]
        if captures:
            found["purchase_units"][0]["payments"] = {"captures": captures}
        if refunds:
            found["purchase_units"][0]["payments"]["refunds"] = refunds
        where = f"{self.url}/v2/checkout/orders/{order['id']}"
        links = [link(where, "self")]
        if order["status"] == "PAYER_ACTION_REQUIRED":
            page = f"{self.url}/checkoutnow?token={order['id']}"
            links.append(link(page, "payer-action"))
        elif order["status"] == "APPROVED":
            links.append(link(f"{where}/capture", "capture", "POST"))
        return found | {"links": links}

    def shown_capture(self, capture: Document) -> Document:
        where = f"{self.url}/v2/payments/captures/{capture['id']}"
        order = f"{self.url}/v2/checkout/orders/{self._order_of[capture['id']]}"
        links = [link(where, "self"), link(f"{where}/refund", "refund", "POST"), link(order, "up")]
        return deepcopy(capture) | {"links": links}

    def shown_payment(self, capture: Document) -> Document:
        """A capture by itself says more than within its order."""
        related = {"order_id": self._order_of[capture["id"]]}
        payee = deepcopy(documents.MERCHANT)
        return self.shown_capture(capture) | {
            "supplementary_data": {"related_ids": related},
            "payee": payee,
        }

    def shown_refund(self, refund: Document) -> Document:
        where = f"{self.url}/v2/payments/refunds/{refund['id']}"
        capture = f"{self.url}/v2/payments/captures/{self._capture_of[refund['id']]}"
        return deepcopy(refund) | {"links": [link(where, "self"), link(capture, "up")]}

    def _check_invoice(self, order: Document) -> None:
        invoice = order["purchase_units"][0].get("invoice_id")
        if invoice and any(
            each.get("invoice_id") == invoice and each["status"] not in ("DECLINED", "FAILED")
            for each in self.captures.values()
        ):
            raise refusal("DUPLICATE_INVOICE_ID")

    def _sum_refunds(self, capture: Document) -> None:
        refunded = self.refunded_of(capture["id"])
        is_all = refunded >= Decimal(capture["amount"]["value"])
        capture["status"] = "REFUNDED" if is_all else "PARTIALLY_REFUNDED"
        if not refunded:
            capture["status"] = "COMPLETED"

    def _book_dispute(self, dispute: Document, code: str) -> None:
        capture = dispute["disputed_transactions"][0]["seller_transaction_id"]
        row = documents.reversal(dispute, at=self.now())
        self.transactions.append(documents.transaction(row, code, reference=capture))

    def _tell_capture(self, capture: Document) -> None:
        name = {"DECLINED": "DENIED"}.get(capture["status"], capture["status"])
        self._tell(f"PAYMENT.CAPTURE.{name}", self.shown_payment(capture), of="capture")

    def _tell_refund(self, refund: Document) -> None:
        names = {"COMPLETED": "PAYMENT.CAPTURE.REFUNDED", "FAILED": "PAYMENT.REFUND.FAILED"}
        kind = names.get(refund["status"], "PAYMENT.REFUND.CANCELLED")
        self._tell(kind, self.shown_refund(refund), of="refund")

    def _tell(self, kind: str, resource: Document, *, of: str) -> None:
        self.events.append(documents.event(kind, resource, of=of, at=self.now(), url=self.url))
