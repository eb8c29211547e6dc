"""A company's account at Conekta, and all that shoppers and banks do to it."""

from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.providers.conekta import documents
from tests.providers.conekta.documents import Document, not_found, refusal

REFUNDABLE = ("paid", "partially_refunded", "refunded")
PAID = (*REFUNDABLE, "charged_back", "reversed")


class Account:
    """
    `clock_offset` is how much this provider's clock goes ahead of ours.

    `refunds_wait` lets refunds hang in the air until `finish_refund`. What is paid, is paid by the
    id of its order, whatever has become of its page.
    """

    def __init__(self, *, livemode: bool = True) -> None:
        self.url = ""
        self.livemode = livemode
        self.clock_offset = timedelta(0)
        self.refunds_wait = False
        self.orders: dict[str, Document] = {}
        self.events: deque[Document] = deque()

    def now(self) -> int:
        return int((datetime.now(UTC) + self.clock_offset).timestamp())

    # What the shop asks for

    def open_order(self, asked: Document) -> Document:
        """There are no idempotency keys: the same request opens another order."""
        documents.check_order(asked, self.now())
        order = documents.new_order(asked, at=self.now(), livemode=self.livemode, base=self.url)
        self.orders[order["id"]] = order
        self._tell("order.created", order)
        return order

    def order(self, key: str) -> Document:
        if key not in self.orders:
            raise not_found("Order", key)
        return self.orders[key]

    def cancel_checkout(self, key: str) -> Document:
        """Nobody can begin to pay any more; a reference that is out can still be paid."""
        order = next((e for e in self.orders.values() if e["checkout"]["id"] == key), None)
        if order is None:
            raise not_found("Checkout", key)
        if order["checkout"]["status"] != "Issued":
            raise refusal("The checkout is not active.", param="id")
        order["checkout"]["status"] = "Cancelled"
        self._touch(order)
        checkout: Document = order["checkout"]
        return checkout

    def capture(self, key: str, amount: Any) -> Document:
        order = self.order(key)
        charge = next((e for e in charges_of(order) if e["status"] == "pre_authorized"), None)
        if charge is None:
            raise refusal("The order has no preauthorized charge.", status=428)
        if not documents.is_whole(amount) or not 0 < amount <= charge["amount"]:
            raise refusal("The amount is invalid.", param="amount")
        charge["amount"] = amount
        self._settle(order, charge, "paid")
        return order

    def refund(self, key: str, amount: Any, reason: Any) -> Document:
        """Of the newest charge that has so much left: nobody can say which."""
        order = self.order(key)
        if reason not in documents.REASONS:
            raise refusal("The reason is invalid.", param="reason")
        if not documents.is_whole(amount) or amount <= 0:
            raise refusal("The amount is invalid.", param="amount")
        paid = [each for each in charges_of(order) if each["status"] in REFUNDABLE]
        fitting = [each for each in paid if _left(each) >= amount]
        if not fitting:
            raise refusal("The amount exceeds what is left of the charge.", param="amount")
        charge = fitting[-1]
        made = documents.new_refund(amount, at=self.now(), waits=self.refunds_wait)
        _refunds(charge).append(made)
        self._count_refunds(order, charge)
        return order

    # What shoppers do

    def pay(self, key: str, **changes: Any) -> Document:
        """Pay with a card; `changes` go into the charge."""
        order = self.orders[key]
        charge = self._begin(order, documents.card())
        charge |= changes
        return self._settle(order, charge, "paid")

    def authorize(self, key: str) -> Document:
        order = self.orders[key]
        return self._settle(order, self._begin(order, documents.card()), "pre_authorized")

    def decline(self, key: str) -> Document:
        order = self.orders[key]
        charge = self._begin(order, documents.card())
        charge |= {
            "failure_code": "insufficient_funds",
            "failure_message": "La tarjeta no tiene fondos suficientes.",
        }
        return self._settle(order, charge, "declined")

    def pay_later(self, key: str, *, by_transfer: bool = False) -> Document:
        """Take a reference to pay in cash at a till, or an account to send money to."""
        order = self.orders[key]
        until = order["checkout"]["expires_at"]
        way = documents.bank_transfer if by_transfer else documents.cash
        return self._settle(order, self._begin(order, way(until)), "pending_payment")

    def arrive(self, key: str) -> Document:
        """What was promised has been paid."""
        order = self.orders[key]
        return self._settle(order, _pending(order), "paid")

    def lapse(self, key: str) -> Document:
        order = self.orders[key]
        return self._settle(order, _pending(order), "expired")

    def reverse(self, key: str) -> Document:
        """The till takes a cash payment back."""
        order = self.orders[key]
        charge = next(each for each in charges_of(order) if each["status"] == "paid")
        charge["status"] = "reversed"
        order["payment_status"] = "pending_payment"
        self._touch(order)
        self._tell("charge.reversed", charge)
        return charge

    def is_open(self, order: Document) -> bool:
        """Whether the page still takes money."""
        ended = (*PAID, "pending_payment", "pre_authorized", "expired", "canceled")
        return (
            order["checkout"]["status"] == "Issued"
            and order.get("payment_status") not in ended
            and order["checkout"]["expires_at"] > self.now()
        )

    def expire_due(self) -> None:
        """Pages and references whose time is over."""
        for order in self.orders.values():
            if order["checkout"]["expires_at"] > self.now():
                continue
            if order.get("payment_status") == "pending_payment" and _is_pending(order):
                self.lapse(order["id"])
            elif order.get("payment_status") in (None, "declined"):
                order["payment_status"] = "expired"
                self._touch(order)
                self._tell("order.expired", order)

    # What the company and the banks do

    def refund_in_dashboard(self, key: str, amount: int) -> Document:
        return self.refund(key, amount, "requested_by_client")

    def finish_refund(self, key: str, *, is_given: bool = True) -> None:
        """The refund that hangs is given, or fails."""
        order = self.orders[key]
        for charge in charges_of(order):
            for made in _refunds(charge):
                if made.get("status") == "pending":
                    made["status"] = "succeeded" if is_given else "failed"
                    self._count_refunds(order, charge)

    def dispute(self, key: str) -> Document:
        """The shopper's bank takes the money, and the company may say why that is wrong."""
        order = self.orders[key]
        charge = next(each for each in charges_of(order) if each["status"] in PAID)
        charge["chargeback"] = documents.new_chargeback(charge, at=self.now())
        charge["status"] = order["payment_status"] = "charged_back"
        self._touch(order)
        self._tell("order.charged_back", order)
        self._tell("charge.chargeback.created", charge["chargeback"])
        return charge

    def move_dispute(self, key: str, status: str) -> None:
        """On to `under_review`, `won`, `lost`, …: if won, the charge is paid again."""
        order = self.orders[key]
        charge = next(each for each in charges_of(order) if each.get("chargeback"))
        charge["chargeback"]["status"] = status
        if status == "won":
            charge["status"] = order["payment_status"] = "paid"
        self._touch(order)
        self._tell(f"charge.chargeback.{status}", charge["chargeback"])

    def ping(self) -> None:
        """Somebody presses "test" beside the webhook's address."""
        event = documents.new_event("webhook_ping", {}, at=self.now(), livemode=self.livemode)
        self.events.append(event | {"data": {"action": "ping", "livemode": self.livemode}})

    # What is known in the end

    def paid_total(self) -> int:
        return sum(each["amount"] for each in self._paid())

    def refunded_total(self) -> int:
        return sum(_given(charge) for charge in self._paid())

    def _paid(self) -> Iterator[Document]:
        for order in self.orders.values():
            yield from (each for each in charges_of(order) if each["status"] in PAID)

    def _begin(self, order: Document, method: Document) -> Document:
        charge = documents.new_charge(order, at=self.now(), method=method)
        order.setdefault("charges", documents.list_of([]))["data"].append(charge)
        order["charges"]["total"] += 1
        self._tell("charge.created", charge)
        return charge

    def _settle(self, order: Document, charge: Document, status: str) -> Document:
        """The order follows its charge, unless it is paid by another."""
        was_paid = order.get("payment_status") in PAID
        charge["status"] = status
        if status == "paid":
            charge["paid_at"] = self.now()
            order["checkout"]["paid_payments_count"] += 1
            order["is_refundable"] = True
        if not was_paid:
            order["payment_status"] = status
        self._touch(order)
        self._tell(f"charge.{status}", charge)
        if not was_paid:
            self._tell(f"order.{status}", order)
        return charge

    def _count_refunds(self, order: Document, charge: Document) -> None:
        paid = [each for each in charges_of(order) if each["status"] in PAID]
        order["amount_refunded"] = sum(map(_given, paid))
        charge["status"] = _status(_given(charge), charge["amount"])
        order["payment_status"] = _status(
            order["amount_refunded"], sum(each["amount"] for each in paid)
        )
        self._touch(order)
        self._tell("charge.refunded", charge)
        self._tell(f"order.{order['payment_status']}", order)

    def _touch(self, order: Document) -> None:
        order["updated_at"] = self.now()

    def _tell(self, kind: str, about: Document) -> None:
        """As it is at this moment."""
        livemode = bool(about.get("livemode", self.livemode))
        event = documents.new_event(kind, deepcopy(about), at=self.now(), livemode=livemode)
        self.events.append(event)


def charges_of(order: Document) -> list[Document]:
    found: list[Document] = order.get("charges", {"data": []})["data"]
    return found


def _pending(order: Document) -> Document:
    return next(each for each in charges_of(order) if each["status"] == "pending_payment")


def _is_pending(order: Document) -> bool:
    return any(each["status"] == "pending_payment" for each in charges_of(order))


def _refunds(charge: Document) -> list[Document]:
    found: list[Document] = charge.setdefault("refunds", documents.list_of([]))["data"]
    return found


def _given(charge: Document) -> int:
    """What has gone back for good."""
    made = charge.get("refunds", {"data": []})["data"]
    done = (each["amount"] for each in made if each.get("status") in (None, "succeeded"))
    return -int(sum(done))


def _status(given: int, paid: int) -> str:
    if not given:
        return "paid"
    return "refunded" if given == paid else "partially_refunded"


def _left(charge: Document) -> int:
    """Refunds that hang in the air have claimed their part."""
    made = charge.get("refunds", {"data": []})["data"]
    claimed = -sum(each["amount"] for each in made if each.get("status") != "failed")
    left: int = charge["amount"] - claimed
    return left
