"""The pages of a back office with 100,000 orders, opened one after the other."""

import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache as pages_cache
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.backoffice.factories import MODELS, page_of
from tests.many_rows import fill

TIMES = 3
MANY, SOME, FEW = 100_000, 50_000, 20
MAX_MS, MAX_QUERIES = 250, 25
FIRST_PAGE_MS, FIRST_PAGE_QUERIES = 200, 15
SIZES = {
    **dict.fromkeys(
        (
            *("orders.Order", "orders.OrderAddress", "orders.OrderDiscount"),
            *("payments.Payment", "payments.LedgerEntry", "payments.Refund", "payments.Dispute"),
            *("payments.WebhookEvent", "payments.TransferProof", "payments.StoreCredit"),
            *("shipping.Shipment", "shipping.ShipmentItem", "shipping.ShipmentEvent"),
            *("inventory.Movement", "inventory.Reservation", "inventory.BackInStockRequest"),
            *("invoicing.FiscalDocument", "invoicing.Submission", "outbox.Message"),
            *("cart.Cart", "cart.CartReminder", "cart.WishlistItem", "accounts.User"),
            *("accounts.Address", "reviews.Review", "returns.Return", "promotions.Redemption"),
            *("purchasing.SupplierTask", "catalog.PriceHistory", "promotions.Coupon"),
            *("checkout.Draft", "complaints.Complaint"),
        ),
        MANY,
    ),
    **dict.fromkeys(
        (
            *("catalog.Product", "catalog.Variant", "inventory.StockLevel", "catalog.SearchCount"),
            *("catalog.ProductImage", "inventory.StockAlert", "waitingroom.DropReminder"),
        ),
        SOME,
    ),
    "orders.OrderLine": 2 * MANY,
    "orders.OrderEvent": 3 * MANY,
}


class Opened(NamedTuple):
    """How a page came: its status, milliseconds, the number of queries."""

    status: int
    ms: float
    queries: int

    def keeps(self, ms: int, queries: int) -> bool:
        return self.status == 200 and self.ms <= ms and self.queries <= queries


def measure(words: Sequence[str]) -> None:
    """Fill the shop and print the table; marks pages that are too slow."""

    settings.DEMO = True
    logging.disable(logging.CRITICAL)
    started = time.perf_counter()
    fill(lambda label: SIZES.get(label, FEW))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the database itself does a minute later
    sys.stdout.write(f"Filled in {time.perf_counter() - started:.0f} s.\n")
    _tell("first page", _best(_count_again), FIRST_PAGE_MS, FIRST_PAGE_QUERIES)
    for name, address in _pages(words):
        _tell(name, _best(partial(_open, address)), MAX_MS, MAX_QUERIES)


def _best(opened: Callable[[], Opened]) -> Opened:
    return min((opened() for _ in range(TIMES)), key=lambda each: each.ms)


def _count_again() -> Opened:
    """The first page where nothing of it is kept."""
    pages_cache.clear()
    return _open("/admin/")


def _tell(name: str, best: Opened, ms: int, queries: int) -> None:
    mark = "" if best.keeps(ms, queries) else f"  ← {best.status}"
    sys.stdout.write(f"{name:<58}{best.ms:>8.0f}{best.queries:>6}{mark}\n")
    sys.stdout.flush()


def _pages(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Lists, the first form, a search and a filter of each, as somebody who may do everything."""
    for model in MODELS:
        label = model._meta.label
        if words and not any(word.lower() in label.lower() for word in words):
            continue
        found = page_of(model, "changelist")
        yield label, found
        yield f"{label}?q", f"{found}?q=4711"
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            yield f"{label} form", page_of(model, "change", row.pk)


def _open(address: str) -> Opened:
    count = 0

    def counted(execute: Any, *rest: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*rest)

    client = _client()
    with connection.execute_wrapper(counted):
        started = time.perf_counter()
        answer = client.get(address)
        _ = answer.content if not answer.streaming else None
        took = (time.perf_counter() - started) * 1000
    return Opened(answer.status_code, took, count)


@cache
def _client() -> Client:
    """The browser of somebody who may do everything."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser(email="chief@example.com", password="unused"))
    return client
