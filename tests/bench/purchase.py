"""
A guest's whole purchase, as a browser without scripts does it, by one visitor at a time.

All shoppers take one step before any takes the next, and the worker finishes what a step has left
to it before the step's processor time is read: so each step's own share shows.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit
from uuid import uuid4

from catalog.models import Variant
from outbox.models import Message
from payments.models import MethodType, PaymentMethod
from shipping.models import ShippingMethod
from tests.bench.load import Answer, Visitor
from tests.bench.usage import Servers
from tests.checkout.factories import form_data

SHOPPERS, WARM_UP = 40, 12
LATER = ("shipping", "payment", "terms")
# The worker has come to rest if it uses less than this share of a processor for two seconds.
AT_REST, PATIENCE = 0.2, 300
SERVERS = ("web", "database", "cache", "worker")
LINE = "{:<34}" + "{:>10}" * 5


def methods() -> dict[str, str]:
    """The first way of delivery, and payment by bank transfer."""
    transfers = PaymentMethod.objects.filter(type=MethodType.BANK_TRANSFER, is_active=True)
    delivery = ShippingMethod.objects.filter(is_active=True)[0]
    return {"shipping": delivery.code, "payment": transfers[0].code}


@dataclass
class Shopper:
    """A guest with a browser: its cookies, and the hidden fields of the page it shows."""

    variant: Variant
    methods: Mapping[str, str]
    cookies: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    location: str = ""
    # Nobody that has bought before, by any mark that limits count by.
    person: str = field(default_factory=lambda: uuid4().hex)

    def see_product(self, visitor: Visitor) -> Answer:
        return self._get(visitor, f"/p/{self.variant.product.slug}/")

    def add(self, visitor: Visitor) -> Answer:
        return self._post(visitor, "/cart/add/", {"variant": self.variant.sku, "quantity": "1"})

    def see_cart(self, visitor: Visitor) -> Answer:
        return self._get(visitor, "/cart/")

    def see_checkout(self, visitor: Visitor) -> Answer:
        return self._get(visitor, "/checkout/")

    def give_address(self, visitor: Visitor) -> Answer:
        typed = {name: text for name, text in self._typed().items() if name not in LATER}
        return self._post(visitor, "/checkout/", typed)

    def order(self, visitor: Visitor, **others: str) -> Answer:
        return self._post(visitor, "/checkout/", self._typed() | others)

    def see_order(self, visitor: Visitor) -> Answer:
        address = urlsplit(self.location)
        return self._get(visitor, f"{address.path}?{address.query}")

    def _typed(self) -> dict[str, str]:
        own = {
            "email": f"{self.person}@example.com",
            "phone": f"9{int(self.person, 16) % 10**8:08}",
            "street": f"Av. {self.person}",
        }
        return form_data(**own, **self.methods, **self.hidden)

    def _get(self, visitor: Visitor, path: str) -> Answer:
        return self._seen(visitor.get(path, self.cookies))

    def _post(self, visitor: Visitor, path: str, typed: Mapping[str, str]) -> Answer:
        return self._seen(visitor.post(path, typed, self.cookies))

    def _seen(self, answer: Answer) -> Answer:
        self.cookies |= answer.cookies
        self.hidden = {
            name: text
            for name, text in answer.hidden.items()
            if name in ("key", "csrfmiddlewaretoken", "seen", "lines")
        }
        self.location = answer.location
        return answer


Step = Callable[[Shopper, Visitor], Answer]
STEPS: Mapping[str, tuple[Step, int]] = {
    "product page": (Shopper.see_product, 200),
    "add": (Shopper.add, 302),
    "cart page": (Shopper.see_cart, 200),
    "checkout page": (Shopper.see_checkout, 200),
    "address posted": (Shopper.give_address, 200),
    "order posted": (Shopper.order, 302),
    "order page": (Shopper.see_order, 200),
}


def measure(port: int, skus: list[str], servers: Servers) -> list[str]:
    """The lines of a table: milliseconds of processor time for one shopper's step, and in all."""
    # What earlier runs have left to a worker is not measured here.
    Message.objects.waiting().delete()
    chosen, known = methods(), Variant.objects.select_related("product")
    variants = list(known.filter(sku__in=skus).order_by("sku")[: SHOPPERS + WARM_UP])
    shoppers = [Shopper(variant, chosen) for variant in variants]
    for name in STEPS:
        _take(name, port, shoppers[SHOPPERS:])
    _wait_for_worker(servers)
    marks = [(time.perf_counter(), servers.seconds())]
    for name in STEPS:
        _take(name, port, shoppers[:SHOPPERS])
        _wait_for_worker(servers)
        marks.append((time.perf_counter(), servers.seconds()))
    # Long enough for the tasks of the clock, which come every ten seconds.
    idle = _share(servers, 30)
    rows = {
        name: {
            each: max(0, used[each] - before[each] - idle[each] * (end - began)) * 1000 / SHOPPERS
            for each in SERVERS
        }
        for name, ((began, before), (end, used)) in zip(STEPS, pairwise(marks), strict=True)
    }
    rows["in all"] = {each: sum(row[each] for row in rows.values()) for each in SERVERS}
    return [
        LINE.format("a guest's purchase, CPU in ms", *SERVERS, "in all"),
        *(LINE.format(name, *_cells(row)) for name, row in rows.items()),
    ]


def _take(name: str, port: int, shoppers: list[Shopper]) -> None:
    """:raises RuntimeError: if an answer is not as it should be: then the figures say nothing"""
    step, status = STEPS[name]
    visitor = Visitor(port)
    for shopper in shoppers:
        answer = step(shopper, visitor)
        if answer.status != status:
            raise RuntimeError(f"{name} answers {answer.status}: {answer.body[:2000]!r}")
    visitor.close()


def _wait_for_worker(servers: Servers) -> None:
    """:raises RuntimeError: if it does not come to rest"""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        is_busy = _share(servers, 2)["worker"] > AT_REST
        if not is_busy and not Message.objects.waiting().filter(attempts=0).exists():
            return
    raise RuntimeError("The worker does not come to rest.")


def _share(servers: Servers, seconds: float) -> dict[str, float]:
    """The share of a processor that each uses while nobody asks for anything."""
    before = servers.seconds()
    time.sleep(seconds)
    return {name: (used - before[name]) / seconds for name, used in servers.seconds().items()}


def _cells(row: Mapping[str, float]) -> list[str]:
    return [f"{value:.1f}" for value in (*row.values(), sum(row.values()))]
