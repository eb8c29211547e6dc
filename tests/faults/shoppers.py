"""Shoppers who buy all the time, press again when nothing comes, and know what they were told."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPException
from random import Random
from typing import Any
from uuid import uuid4

from tests.faults.visitor import Answer, Visitor

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
NOTICE = re.compile(r'role="(?:alert|status)"[^>]*>\s*(.+?)\s*</div>', re.DOTALL)
BACK = re.compile(r'href="([^"]+/payments/return/[^"]+)"')
NUMBER = re.compile(r"PED-\d{8}-\d{4,}")
PATIENCE = 12.0  # seconds for which a browser waits for an answer
STUBBORN = 60.0  # seconds for which a shopper comes back to the same step
SEEN = '{"goods": "1000000", "delivery": {"olva-standard": "1000"}}'
TYPED = {
    "first_name": "Ana",
    "last_name": "Quispe",
    "district": "Miraflores, Lima",
    "shipping": "olva-standard",
    "terms": "on",
}
PAPER = b"%PDF-1.4\n" + b"% a proof of a bank transfer\n" * 1000 + b"%%EOF\n"
# What they do on the payment page; some press twice, and the shop gives the second money back.
CHOICES = ["approve"] * 17 + ["twice", "decline", "delay"]


@dataclass
class Purchase:
    """What a shopper did and was told of."""

    email: str
    number: str = ""  # of the order, once the shop has led to the payment of it
    payment: str = ""
    choice: str = ""
    is_settled: bool = False  # the provider has said that the choice is made
    is_seen_paid: bool = False  # the page of the order has no button to pay any more


@dataclass
class Journal:
    """All purchases, and what came back for each request since it was last asked."""

    purchases: list[Purchase] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)
    _slowest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float) -> None:
        with self._lock:
            self._seen[kind] += 1
            self._slowest = max(self._slowest, seconds)

    def begin(self, purchase: Purchase) -> None:
        with self._lock:
            self.purchases.append(purchase)

    def take(self) -> tuple[Counter[str], float]:
        """What was seen since the last time, and the longest wait."""
        with self._lock:
            found = self._seen, self._slowest
            self._seen, self._slowest = Counter(), 0.0
            return found


class GivesUp(Exception):
    """A shopper goes away; what he was told before still counts."""


@dataclass
class Shopper:
    """One person with one browser, for one purchase."""

    shop: str
    goods: list[dict[str, str]]
    journal: Journal
    random: Random
    patience: float = PATIENCE
    stubborn: float = STUBBORN
    choice: str = ""

    def __post_init__(self) -> None:
        name = uuid4().hex[:12]
        self.purchase = Purchase(email=f"{name}@example.com")
        self.purchase.choice = self.choice or self.random.choice(CHOICES)
        parts = [self.random.randrange(1, 255) for _ in range(3)]
        address = "10." + ".".join(map(str, parts))
        self._bank = ""
        self._visitor = Visitor(self.shop, patience=self.patience, X_Forwarded_For=address)

    def buy(self) -> Purchase:
        """
        From the product to the page of the paid order.

        :raises GivesUp: if a step does not come to its end for too long
        """
        self.journal.begin(self.purchase)
        product = self.random.choice(self.goods)
        self._get("/" if self.random.random() < 0.3 else product["url"])
        self._get(product["url"])
        one = {"variant": product["sku"], "quantity": str(self.random.choice((1, 1, 2)))}
        self._insist(lambda: self._visitor.post("/cart/add/", one), 302)
        self._order()
        self._pay()
        return self.purchase

    def show_proof(self) -> Answer:
        """
        Order, to be paid by bank transfer, and hand in a paper of that; gives what the page says.

        :raises GivesUp: if a step does not come to its end for too long
        """
        self.journal.begin(self.purchase)
        self.purchase.choice = "transfer"
        one = {"variant": self.random.choice(self.goods)["sku"], "quantity": "1"}
        self._insist(lambda: self._visitor.post("/cart/add/", one), 302)
        page = self._place("transfer").location
        self.purchase.number = _number_in(page)
        self._get(page)
        path, _mark, token = page.partition("?")
        self._visitor.hand_in(f"{path}proof/?{token}", "proof", PAPER)
        return self._get(page)

    def _order(self) -> None:
        placed = self._place("card")
        if number := _number_in(placed.location):
            # The provider is away: the order stands, and its page has a button to pay.
            self.purchase.number = number
            placed = self._begin_to_pay(placed.location)
        self._bank = placed.location
        self.purchase.payment = placed.location.rpartition("/")[2]

    def _place(self, method: str) -> Answer:
        page = self._get("/checkout/")
        typed = {
            **TYPED,
            "payment": method,
            "email": self.purchase.email,
            "phone": f"9{self.random.randrange(10**8):08}",
            "street": f"Av. Larco {self.random.randrange(10**6)}",
        }
        form = typed | dict(HIDDEN.findall(page.text)) | {"seen": SEEN}
        return self._insist(lambda: self._visitor.post("/checkout/", form), 302, _stands)

    def _begin_to_pay(self, page: str) -> Answer:
        token = page.partition("token=")[2]
        form = {"payment": "card", "token": token}
        path = f"/checkout/pay/{self.purchase.number}/"

        def press() -> Answer:
            self._visitor.get(f"{path}?token={token}")
            return self._visitor.post(path, form)

        return self._insist(press, 302, _leads_to_bank)

    def _pay(self) -> None:
        bank = self._bank
        self.purchase.number = _number_in(self._get(bank).text)
        choice = {"action": self.purchase.choice, "seconds": "5"}
        # Anyone who presses again is led back to the bank's page, which says how things stand.
        answer = self._insist(lambda: self._visitor.post(bank, choice), 303)
        self.purchase.is_settled = True
        back = answer.location
        if _leads_to_bank(answer) and (link := BACK.search(self._get(bank).text)):
            back = unescape(link[1])
        order = self._insist(lambda: self._visitor.get(back), 302)
        page = self._get(order.location).text
        is_paying = self.purchase.choice in ("approve", "twice")
        self.purchase.is_seen_paid = is_paying and "/checkout/pay/" not in page

    def _get(self, path: str) -> Answer:
        return self._insist(lambda: self._visitor.get(path), 200)

    def _insist(
        self,
        ask: Callable[[], Answer],
        wanted: int,
        is_right: Callable[[Answer], bool] = lambda _answer: True,
    ) -> Answer:
        """Press again until it works."""
        until = time.monotonic() + self.stubborn
        last: Any = None
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                answer = ask()
            except (OSError, HTTPException) as error:
                last = error
                self.journal.note("nothing", time.monotonic() - began)
            else:
                last = f"{answer.status} {answer.location} {NOTICE.findall(answer.text)}"
                self.journal.note(_kind(answer), time.monotonic() - began)
                if answer.status == wanted and is_right(answer):
                    return answer
            time.sleep(0.3)
        raise GivesUp(f"{self.purchase.email}: {last}")


def _leads_to_bank(answer: Answer) -> bool:
    return "/pay/pay_" in answer.location


def _stands(answer: Answer) -> bool:
    """The order was placed: the way leads to its payment, or to its page."""
    return _leads_to_bank(answer) or bool(_number_in(answer.location))


def _number_in(text: str) -> str:
    """Of an order; empty if none is named."""
    found = NUMBER.search(text)
    return found[0] if found else ""


def _kind(answer: Answer) -> str:
    if answer.status < 500:
        return "page"
    return "later" if answer.status == 503 else "fault"
