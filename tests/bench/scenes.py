"""What the bench measures of the shop: each scene is one step that a visitor repeats."""

import json
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache

from catalog.models import Category, Product, Variant
from inventory import services as inventory
from inventory.models import StockLevel, Warehouse
from simulator.delivery import sign
from tests.bench import purchase
from tests.bench.load import Answer, Step, Visitor

PLENTY, MUCH = 1_000_000, 1000
MANY = 500
LISTING = "any category, made again"


@dataclass(frozen=True)
class Scene:
    """A name, a step, and what its answers must be for the figures to count."""

    name: str
    step: Step
    status: int = 200
    visitors: int = 8


@dataclass
class Shop:
    """What of the demo shop the scenes use."""

    hot: Variant
    gone: Variant
    many: list[str]
    shelves: list[str]
    cookies: dict[str, str] = field(default_factory=dict)
    posting: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def category(self) -> Category:
        return self.hot.product.category


def prepare() -> Shop:
    """One variant that a million buyers cannot sell out, and one that is gone."""
    physical = Variant.objects.filter(product__kind="physical", is_active=True)
    ordinary = physical.filter(product__collection_entries__isnull=True).order_by("sku")
    hot, gone = ordinary.select_related("product__category")[:2]
    Product.objects.filter(pk__in=[hot.product_id, gone.product_id]).update(purchase_limit=None)
    warehouse = Warehouse.objects.filter(is_active=True).order_by("priority")[0]
    if not StockLevel.objects.filter(variant=hot, on_hand__gte=PLENTY // 2).exists():
        inventory.receive({(hot.pk, warehouse.pk): PLENTY}, note="bench")
    for level in StockLevel.objects.filter(variant=gone, on_hand__gt=0):
        inventory.adjust({(gone.pk, level.warehouse_id): -level.available}, note="bench")
    cache.clear()
    many = ordinary.filter(stock_levels__on_hand__gte=MUCH, product__purchase_limit=None)
    skus = list(many.exclude(pk=hot.pk).values_list("sku", flat=True)[:MANY])
    shelves = Category.objects.filter(products__is_active=True).distinct().order_by("slug")
    return Shop(hot, gone, skus, list(shelves.values_list("slug", flat=True)))


def yardsticks(shop: Shop) -> list[Scene]:
    def post(path: str) -> Step:
        def step(visitor: Visitor, number: int) -> Answer:
            cookies = shop.posting.setdefault(id(visitor), {})
            answer = visitor.post(path, {}, cookies)
            cookies.update(answer.cookies)
            return answer

        return step

    return [
        Scene("hello, through all middleware", lambda visitor, _: visitor.get("/bench/hello/")),
        Scene("post: session, Redis", post("/bench/post/")),
        Scene("post: session, Redis, query", post("/bench/post-and-query/")),
    ]


def pages(shop: Shop) -> list[Scene]:
    addresses = {
        "home": "/?",
        "category": f"/c/{shop.category.slug}/?",
        "product": f"/p/{shop.hot.product.slug}/?",
        "suggestions": "/search/suggest/?q=si&",
    }
    return [
        *(Scene(f"{name}, kept", _kept(path)) for name, path in addresses.items()),
        *(Scene(f"{name}, made again", _again(path)) for name, path in addresses.items()),
        Scene(LISTING, _shelf_by_shelf(shop)),
        Scene("search", _again("/search/?q=silla&")),
        Scene("cart, 1 line", lambda visitor, _: visitor.get("/cart/", _cart(shop, visitor))),
        Scene("checkout", lambda visitor, _: visitor.get("/checkout/", _cart(shop, visitor))),
    ]


def _kept(path: str) -> Step:
    return lambda visitor, _: visitor.get(path.rstrip("?&"))


def _again(path: str) -> Step:
    """No page is kept for an address with a query that nobody has asked for before."""
    return lambda visitor, _: visitor.get(f"{path}stars={uuid4().hex}")


def _shelf_by_shelf(shop: Shop) -> Step:
    """Each category in turn, its cheapest first."""

    def step(visitor: Visitor, number: int) -> Answer:
        slug = shop.shelves[number % len(shop.shelves)]
        return visitor.get(f"/c/{slug}/?sort=price&stars={uuid4().hex}")

    return step


def actions(shop: Shop) -> list[Scene]:
    return [
        Scene("add: hold on one hot variant", lambda visitor, _: _add(shop.hot.sku, visitor), 302),
        Scene("add: hold on one of many", _add_one_of_many(shop), 302),
        Scene("add: sold out", lambda visitor, _: _add(shop.gone.sku, visitor), 409),
        Scene("place a guest's order", _order_step(shop), 302, visitors=4),
        Scene("webhook answered", lambda visitor, _: _ring(visitor), visitors=4),
    ]


def _cart(shop: Shop, visitor: Visitor) -> dict[str, str]:
    while not shop.cookies:
        answer = _add(shop.hot.sku, visitor)
        if answer.status == HTTPStatus.FOUND:
            shop.cookies |= answer.cookies
    return shop.cookies


def _add(sku: str, visitor: Visitor) -> Answer:
    """A new visitor each time: without a cookie, the cart is a new one."""
    return visitor.post("/cart/add/", {"variant": sku, "quantity": "1"})


def _add_one_of_many(shop: Shop) -> Step:
    return lambda visitor, number: _add(shop.many[number % len(shop.many)], visitor)


def _ring(visitor: Visitor) -> Answer:
    """A provider tells something new of a payment, signed now."""
    event = {"id": uuid4().hex, "type": "payment.captured", "payment": "pay_of_the_bench"}
    body = json.dumps(event).encode()
    signature = sign(body, settings.SIMULATOR_SECRET, int(time.time()))
    return visitor.tell("/webhooks/simulator/", body, {"Simulator-Signature": signature})


def _order_step(shop: Shop) -> Step:
    """An order in three requests, as a browser with scripts does it."""
    methods = purchase.methods()
    seen = json.dumps({"goods": "1000000", "delivery": {methods["shipping"]: "1000"}})

    def step(visitor: Visitor, _number: int) -> Answer:
        shopper = purchase.Shopper(shop.hot, methods)
        shopper.add(visitor)
        shopper.see_checkout(visitor)
        return shopper.order(visitor, seen=seen)

    return step
