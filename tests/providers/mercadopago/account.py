"""A seller's account at Mercado Pago, and all that shoppers and banks do to it."""

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.providers.mercadopago.documents import (
    SITES,
    Document,
    Site,
    bad_request,
    check_preference,
    fee_of,
    has_more_decimals,
    is_number,
    new_chargeback,
    new_payment,
    new_refund,
    refusal,
    stamp,
)

PAID = ("approved", "in_mediation", "charged_back", "refunded")
REFUNDABLE_DAYS = 180
DAYS_TO_ANSWER = 10


@dataclass(frozen=True)
class Event:
    """What a notification tells: that something happened to a payment or a chargeback."""

    id: int
    type: str
    action: str
    about: Document
    request_id: str
    created: str
    live_mode: bool


class Account:
    """
    `clock_offset` is how much this provider's clock goes ahead of ours.

    `refunds_wait` lets refunds hang in the air until `finish_refund`. `unlisted` are payments that
    the search does not find yet, for it lags behind.
    """

    def __init__(self, *, country: str, key: int, is_live: bool) -> None:
        self.site: Site = SITES[country]
        self.key = key
        self.is_live = is_live
        self.clock_offset = timedelta(0)
        self.refunds_wait = False
        self.unlisted: set[int] = set()
        self.preferences: dict[str, Document] = {}
        self.payments: dict[int, Document] = {}
        self.chargebacks: dict[str, Document] = {}
        self.events: deque[Event] = deque()
        self._keys = itertools.count(100_000_001)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset

    # What the shop asks for

    def create_preference(self, asked: Document) -> Document:
        check_preference(asked, self.site)
        key = f"{self.key}-{uuid4()}"
        self.preferences[key] = asked | {
            "id": key,
            "client_id": "1234567890123456",
            "collector_id": self.key,
            "site_id": self.site.code,
            "operation_type": "regular_payment",
            "date_created": self._stamp(),
        }
        return self.preferences[key]

    def change_preference(self, key: str, asked: Document) -> Document:
        preference = self.preference(key)
        check_preference(preference | asked, self.site)
        preference |= asked
        return preference

    def preference(self, key: str) -> Document:
        if key not in self.preferences:
            raise refusal(404, "preference_id not found", "not_found")
        return self.preferences[key]

    def payment(self, key: str) -> Document:
        found = self.payments.get(int(key)) if key.isdecimal() else None
        if found is None:
            raise refusal(404, "Payment not found", "not_found", 2000)
        return found

    def chargeback(self, key: str) -> Document:
        if key not in self.chargebacks:
            raise refusal(404, "Chargeback not found", "not_found")
        return self.chargebacks[key]

    def capture(self, key: str, amount: Any = None) -> Document:
        payment = self.payment(key)
        if payment["status"] != "authorized":
            raise bad_request("The action requested is not valid for the current state", 2063)
        if amount is not None and Decimal(str(amount)) > _decimal(payment["transaction_amount"]):
            raise bad_request("Invalid transaction_amount", 4037)
        if amount is not None:
            payment["transaction_amount"] = float(amount)
        return self._approve(payment)

    def refund(self, key: str, amount: Any = None) -> Document:
        """Give back a part, or without an amount all that is left."""
        payment = self.payment(key)
        left = self._left(payment)
        self._check_refund(payment, amount, left)
        given = left if amount is None else _decimal(amount)
        status = "in_process" if self.refunds_wait else "approved"
        made = new_refund(next(self._keys), payment["id"], given, status=status, at=self._stamp())
        payment["refunds"].append(made)
        self._count_refunds(payment)
        return made

    # What shoppers do

    def pay(self, preference_id: str, **changes: Any) -> Document:
        """Pay with a card, whatever has become of the preference; `changes` go into the payment."""
        return self._approve(self._begin(preference_id), **changes)

    def authorize(self, preference_id: str) -> Document:
        """The card has the money; the seller is to take it."""
        return self._tell(self._begin(preference_id), "authorized", "pending_capture")

    def pay_later(self, preference_id: str) -> Document:
        """Take a code to pay with in cash."""
        payment = self._begin(preference_id)
        payment |= {"payment_method_id": "pagoefectivo_atm", "payment_type_id": "ticket"}
        del payment["card"]
        return self._tell(payment, "pending", "pending_waiting_payment")

    def review(self, preference_id: str) -> Document:
        return self._tell(self._begin(preference_id), "in_process", "pending_review_manual")

    def decline(self, preference_id: str) -> Document:
        payment = self._begin(preference_id)
        return self._tell(payment, "rejected", "cc_rejected_insufficient_amount")

    def settle(self, payment_id: int, *, is_paid: bool = True) -> Document:
        """What was pending is paid at last, or never."""
        payment = self.payments[payment_id]
        if is_paid:
            return self._approve(payment)
        return self._tell(payment, "cancelled", "expired")

    def is_open(self, preference_id: str) -> bool:
        """Whether the page still takes money."""
        preference = self.preference(preference_id)
        until = preference.get("expiration_date_to")
        return not (
            preference.get("expires") and until and datetime.fromisoformat(until) <= self.now()
        )

    # What the seller and the banks do

    def refund_in_dashboard(self, payment_id: int, amount: Decimal | None = None) -> Document:
        return self.refund(str(payment_id), None if amount is None else float(amount))

    def finish_refund(self, refund_id: int, *, is_given: bool = True) -> None:
        payment = next(
            each
            for each in self.payments.values()
            if any(made["id"] == refund_id for made in each["refunds"])
        )
        made = next(made for made in payment["refunds"] if made["id"] == refund_id)
        made["status"] = "approved" if is_given else "rejected"
        self._count_refunds(payment)

    def mediate(self, payment_id: int, *, is_over: bool = False) -> None:
        """The shopper complains at Mercado Pago itself; when it is over, the seller was right."""
        payment = self.payments[payment_id]
        if is_over:
            self._tell(payment, "approved", "accredited")
        else:
            self._tell(payment, "in_mediation", "pending")

    def charge_back(self, payment_id: int) -> Document:
        """The shopper's bank takes the money, and the seller may say why that is wrong."""
        payment = self._tell(self.payments[payment_id], "charged_back", "in_process")
        key = f"2330000{next(self._keys)}"
        deadline = stamp(self.now() + timedelta(days=DAYS_TO_ANSWER), self.site)
        self.chargebacks[key] = new_chargeback(key, payment, at=self._stamp(), deadline=deadline)
        self._tell_of_chargeback(key)
        return self.chargebacks[key]

    def answer_chargeback(self, key: str) -> None:
        """The seller has sent papers, and they are read."""
        self.chargebacks[key] |= {
            "documentation_status": "review_pending",
            "date_last_updated": self._stamp(),
        }
        self._tell_of_chargeback(key)

    def close_chargeback(self, key: str, *, is_won: bool) -> None:
        found = self.chargebacks[key]
        found |= {
            "coverage_applied": is_won,
            "documentation_status": "valid" if is_won else "not_supplied",
            "date_last_updated": self._stamp(),
        }
        payment = self.payments[found["payments"][0]]
        self._tell(payment, "charged_back", "reimbursed" if is_won else "settled")
        self._tell_of_chargeback(key)

    # What is known in the end

    def paid_total(self) -> Decimal:
        return sum(
            (_decimal(each["transaction_amount"]) for each in self._paid()), start=Decimal(0)
        )

    def refunded_total(self) -> Decimal:
        return sum(
            (_decimal(each["transaction_amount_refunded"]) for each in self._paid()),
            start=Decimal(0),
        )

    def _paid(self) -> Iterator[Document]:
        return (each for each in self.payments.values() if each["status"] in PAID)

    def _begin(self, preference_id: str) -> Document:
        preference = self.preference(preference_id)
        payment = new_payment(preference, key=next(self._keys), site=self.site, at=self._stamp())
        payment["live_mode"] = self.is_live
        self.payments[payment["id"]] = payment
        self._ring(payment, "payment.created")
        return payment

    def _approve(self, payment: Document, **changes: Any) -> Document:
        payment |= changes
        amount = _decimal(payment["transaction_amount"])
        payment |= {"date_approved": self._stamp(), "captured": True, "fee_details": fee_of(amount)}
        return self._tell(payment, "approved", "accredited")

    def _tell(self, payment: Document, status: str, detail: str) -> Document:
        payment |= {
            "status": status,
            "status_detail": detail,
            "date_last_updated": self._stamp(),
        }
        self._ring(payment, "payment.updated")
        return payment

    def _ring(self, payment: Document, action: str) -> None:
        self._note("payment", action, {"id": str(payment["id"])}, is_live=payment["live_mode"])

    def _tell_of_chargeback(self, key: str) -> None:
        payment_id = self.chargebacks[key]["payments"][0]
        about = {
            "checkout": "PRO",
            "date_updated": "0001-01-01T00:00:00Z",
            "id": int(key),
            "payment_id": payment_id,
            "site_id": self.site.code,
        }
        self._note("topic_chargebacks_wh", "changed_case_status", about, is_live=self.is_live)

    def _note(self, kind: str, action: str, about: Document, *, is_live: bool) -> None:
        event = Event(
            id=next(self._keys),
            type=kind,
            action=action,
            about=about,
            request_id=str(uuid4()),
            created=self._stamp(),
            live_mode=is_live,
        )
        self.events.append(event)

    def _left(self, payment: Document) -> Decimal:
        """What can still be given back; refunds that hang in the air have claimed their part."""
        claimed = sum(
            _decimal(made["amount"])
            for made in payment["refunds"]
            if made["status"] in ("approved", "in_process")
        )
        return _decimal(payment["transaction_amount"]) - claimed

    def _check_refund(self, payment: Document, amount: Any, left: Decimal) -> None:
        if payment["status"] != "approved" or left <= 0:
            raise bad_request("The action requested is not valid for the current state", 2063)
        age = self.now() - datetime.fromisoformat(payment["date_approved"])
        if age > timedelta(days=REFUNDABLE_DAYS):
            raise bad_request("Payment too old to be refunded", 2024)
        if amount is None:
            return
        if not is_number(amount):
            raise bad_request("Refund attribute must be numeric", 4041)
        if amount <= 0 or has_more_decimals(amount, self.site):
            raise bad_request("Refund amount must be positive", 4040)
        if _decimal(amount) > left:
            raise bad_request("The amount is greater than what is left of the payment", 2063)

    def _count_refunds(self, payment: Document) -> None:
        given = sum(
            _decimal(made["amount"]) for made in payment["refunds"] if made["status"] == "approved"
        )
        payment["transaction_amount_refunded"] = float(given)
        if given == _decimal(payment["transaction_amount"]):
            self._tell(payment, "refunded", "refunded")
        else:
            detail = "partially_refunded" if given else "accredited"
            self._tell(payment, payment["status"], detail)

    def _stamp(self) -> str:
        return stamp(self.now(), self.site)


def _decimal(number: Any) -> Decimal:
    return Decimal(str(number))
