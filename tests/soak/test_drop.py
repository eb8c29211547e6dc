"""
A crowd at a drop, over HTTP, in the shape of real ones: `shapes` says whose.

Exactly what there is gets held or sold, everybody gets an answer, and nobody gets more by coming
again under another name, as a guest, or in a second session.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from django.core import signing
from django.db import connection
from django.db.models import F, Sum
from django.test import Client
from django.utils import timezone
from redis import Redis

from catalog.models import Collection, Product, Variant
from inventory import consistency
from inventory.models import StockLevel, Warehouse
from orders import services as orders
from orders.models import Order, OrderLine
from payments.models import Payment
from tests.accounts.factories import UserFactory
from tests.bench.load import Answer, Visitor
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import form_data, open_shop
from tests.inventory.factories import WarehouseFactory, stocked
from tests.soak import shapes
from tests.soak.conftest import Store
from tests.soak.walks import Crowd, Walk
from tests.waitingroom.factories import DropFactory, WaitingRoomFactory, go_on
from waitingroom.tickets import SALT

LIMIT = 2
PLACE = re.compile(rb'data-hx-get="([^"]+)"\s+data-hx-trigger="every (\d+)s"')


@dataclass(frozen=True)
class Shopper:
    """One arrival. Every fifth is the one before him once more, by another name."""

    number: int
    size: str
    session: str = ""

    @property
    def comes_again(self) -> bool:
        return self.number % 5 == 4

    @property
    def person(self) -> int:
        return self.number - self.comes_again

    @property
    def quantity(self) -> int:
        return 1 + self.number % LIMIT

    @property
    def cookies(self) -> dict[str, str]:
        return {"sessionid": self.session} if self.session else {}

    def typed(self) -> dict[str, str]:
        """What tells who it is; one thing of three stays the same when he comes again."""
        fields = _identity(self.number)
        if self.comes_again:
            kept = [
                {"email": f"P{self.person}+drop@Example.com"},
                {"phone": f"+51 9{self.person:08}"},
                {"street": f"AV. LARCO Nº {self.person}"},
                _identity(self.person),
            ]
            fields |= kept[self.number // 5 % len(kept)]
        return fields


def _identity(number: int) -> dict[str, str]:
    return {
        "email": f"p{number}@example.com",
        "phone": f"9{number:08}",
        "street": f"Avenida Larco {number}",
    }


@dataclass(frozen=True)
class Place:
    """When somebody asked for a place, when he was answered, and what the ticket says."""

    asked_at: float
    answered_at: float
    arrived: int
    key: str


@dataclass
class Drop:
    """A sneaker in all sizes, and what the crowd has got of it."""

    collection: Collection
    sizes: dict[str, Variant]
    units: int
    opens_at: float  # seconds after the crowd begins to come
    taken: list[int] = field(default_factory=list)
    held_after: float = 0.0  # the last unit, in seconds
    places: list["Place"] = field(default_factory=list)

    @property
    def is_gone(self) -> bool:
        return sum(self.taken) >= self.units

    @property
    def queue(self) -> str:
        return f"/drops/{self.collection.slug}/queue/"


def prepare(units: int, opens_at: float) -> Drop:
    open_shop()
    product = VariantFactory.create().product
    product.purchase_limit = LIMIT
    product.save(update_fields=["purchase_limit"])
    drop, warehouse = DropFactory.create(payment_methods=["transfer"]), WarehouseFactory.create()
    drop.entries.create(product=product)
    sizes = {
        size: _size(product, size, count, warehouse)
        for size, count in shapes.units_by_size(units).items()
    }
    return Drop(drop, sizes, units, opens_at)


def _size(product: Product, name: str, units: int, warehouse: Warehouse) -> Variant:
    variant = VariantFactory.create(product=product, name=name)
    return stocked(units, variant=variant, warehouse=warehouse)


def people(drop: Drop, number: int, random: Random) -> list[Shopper]:
    """Each wants a size; one of fifty is signed in."""
    weights = [shapes.SIZES[size] for size in drop.sizes]
    sizes = random.choices(list(drop.sizes), weights, k=number)
    return [
        Shopper(place, size, sign_in(place) if place % 50 == 3 else "")
        for place, size in enumerate(sizes)
    ]


def sign_in(number: int) -> str:
    """An account's session, for a browser."""
    browser = Client()
    browser.force_login(UserFactory.create(email=_identity(number)["email"]))
    return browser.cookies["sessionid"].value


def take(
    crowd: Crowd, drop: Drop, who: Shopper, cookies: dict[str, str]
) -> Generator[float, Visitor, Answer]:
    """Press the button: again at the opening if that was too early, for one if two are too many."""
    quantity, pause = who.quantity, 0.0
    while True:
        visitor = yield pause
        asked = {"variant": drop.sizes[who.size].sku, "quantity": str(quantity)}
        answer = crowd.note("add", visitor.post("/cart/add/", asked, cookies))
        early = drop.opens_at - crowd.age
        if is_in_cart(answer):
            drop.taken.append(quantity)
            drop.held_after = crowd.age
            return answer
        if early <= 0 and (quantity == 1 or answer.status == 302):
            return answer
        quantity, pause = (quantity, early + who.number % 100 / 100) if early > 0 else (1, 0.2)


def is_in_cart(answer: Answer) -> bool:
    """The other redirect leads back to the queue: a place in the shop ends after a while."""
    return answer.status == 302 and b"/queue/" not in answer.head


def buy(crowd: Crowd, drop: Drop, who: Shopper, cookies: dict[str, str]) -> Walk:
    """Into the cart, and with what is in it to the payment."""
    added = yield from take(crowd, drop, who, cookies)
    if not is_in_cart(added):
        return
    cookies = cookies | added.cookies
    visitor = yield 0.5
    page = crowd.note("checkout", visitor.get("/checkout/", cookies))
    seen = json.dumps({"goods": "1000000", "delivery": {"olva": "1000"}})
    form = form_data(**who.typed()) | page.hidden | {"seen": seen}
    visitor = yield 0.5
    crowd.note("place", visitor.post("/checkout/", form, cookies | page.cookies))


def warm_up(crowd: Crowd) -> Walk:
    visitor = yield 0
    crowd.note("warm up", visitor.get("/drops/"))


def rush(crowd: Crowd, drop: Drop, who: Shopper, moment: float) -> Walk:
    """Straight to the button, too early if need be."""
    yield moment
    yield from buy(crowd, drop, who, who.cookies)


def queue(crowd: Crowd, drop: Drop, who: Shopper, moment: float) -> Walk:
    """Through the waiting room; anyone who hears that all is gone goes away."""
    visitor = yield moment
    asked_at = time.monotonic()
    answer = crowd.note("arrive", visitor.get(drop.queue, who.cookies))
    cookies = who.cookies | answer.cookies
    if answer.status == 200:  # not let in at once
        drop.places.append(Place(asked_at, time.monotonic(), *ticket_of(answer)))
    while answer.status != 302 and b"hx-redirect" not in answer.head.lower():
        if drop.is_gone:
            return
        if found := PLACE.search(answer.body):
            address, pause = found[1].decode(), float(found[2])
        visitor = yield pause
        answer = crowd.note("ask again", ask(visitor, address, cookies))
    yield from buy(crowd, drop, who, cookies | answer.cookies)


def ask(visitor: Visitor, address: str, cookies: dict[str, str]) -> Answer:
    """As the page's script does."""
    request = visitor.request("GET", address, None, cookies)
    return visitor.send(request.replace(b"\r\n", b"\r\nHX-Request: true\r\n", 1))


def ticket_of(answer: Answer) -> tuple[int, str]:
    [ticket] = [text for name, text in answer.cookies.items() if name.startswith("queue-t-")]
    values = signing.loads(ticket, salt=SALT)
    return values["at"], values["key"]


def come(store: Store, drop: Drop, walk: Callable[..., Walk], moments: list[float]) -> Crowd:
    """Let everybody come; the drop opens on time."""
    shoppers = people(drop, len(moments), Random(1))
    crowd = Crowd(store.port)
    crowd.walk([warm_up(crowd) for _ in range(50)])
    crowd.answers.clear()
    drop.collection.starts_at = timezone.now() + timedelta(seconds=drop.opens_at)
    drop.collection.save(update_fields=["starts_at"])
    crowd.walk([walk(crowd, drop, *who) for who in zip(shoppers, moments, strict=True)])
    crowd.report(print, f"everything was held after {drop.held_after:.1f} s")
    assert store.errors() == []
    return crowd


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        [number] = cursor.fetchone()
    return int(number)


def pay_every_other() -> None:
    for order in Order.objects.order_by("pk")[::2]:
        orders.mark_paid(order.pk)


def units_by_buyer(shoppers: int) -> Counter[tuple[int, bool]]:
    """
    What each person has ordered by all their names: with their account, and as a guest.

    Nobody can use up an account's limit by typing its address (orders.buyer_fingerprint.Buyer).
    """
    who = {_identity(n)["email"]: Shopper(n, "").person for n in range(shoppers)}
    who |= {f"p{n - 1}+drop@example.com": n - 1 for n in range(4, shoppers, 5)}
    found: Counter[tuple[int, bool]] = Counter()
    for line in OrderLine.objects.select_related("order"):
        found[who[line.order.email.lower()], line.order.by_guest] += line.quantity
    return found


def assert_nobody_overtook(in_order: list[Place]) -> None:
    """Anyone who had his answer before another one asked stands before that one."""
    latest = 0.0
    for place in in_order:
        assert place.answered_at > latest
        latest = max(latest, place.asked_at)


def check_what_was_sold(crowd: Crowd, drop: Drop, arrivals: int, locked: int) -> None:
    pay_every_other()

    taken = StockLevel.objects.aggregate(units=Sum(F("reserved") + F("committed")))
    assert taken["units"] == sum(drop.taken) == drop.units
    assert not StockLevel.objects.exclude(on_hand=F("reserved") + F("committed")).exists()
    assert crowd.statuses.keys() <= {200, 204, 302, 409}
    assert deadlocks() == locked
    assert consistency.differences() == []
    assert Payment.objects.count() == Order.objects.count() > drop.units / LIMIT / 2
    ordered = units_by_buyer(arrivals)
    assert max(ordered.values()) == LIMIT


LARGE = (5000, 500, 10)


@pytest.mark.soak
def test_a_crowd_that_rushes_gets_exactly_what_there_is(store: Store) -> None:
    """All press at once. The crowd that queues, below, buys by the same steps in the gate too."""
    arrivals, units, seconds = LARGE
    drop = prepare(units, shapes.OPENING * seconds / len(shapes.TENTHS))
    locked = deadlocks()

    crowd = come(store, drop, rush, shapes.arrivals(arrivals, seconds, Random(2)))

    assert {answer.status for answer in crowd.answers["add"]} == {302, 409}
    check_what_was_sold(crowd, drop, arrivals, locked)


@pytest.mark.parametrize(
    ("arrivals", "units", "seconds"),
    [
        pytest.param(100, 20, 1, id="short"),
        pytest.param(*LARGE, id="long", marks=pytest.mark.soak),
    ],
)
def test_a_crowd_that_queues_is_served_in_the_order_in_which_it_came(
    store: Store, arrivals: int, units: int, seconds: float
) -> None:
    drop = prepare(units, shapes.OPENING * seconds / len(shapes.TENTHS))
    room = WaitingRoomFactory.create(collection=drop.collection, admissions_per_minute=1500)
    locked = deadlocks()
    with Redis.from_url(store.redis_url, decode_responses=True) as redis:
        go_on(redis, room)

        crowd = come(store, drop, queue, shapes.arrivals(arrivals, seconds, Random(2)))

        inside = set(redis.zrange(f"room:{{{room.pk.hex}}}:in", 0, -1))
    check_what_was_sold(crowd, drop, arrivals, locked)
    in_order = sorted(drop.places, key=lambda place: place.arrived)
    assert len({place.arrived for place in in_order}) == len(in_order)
    inside &= {place.key for place in in_order}
    assert inside == {place.key for place in in_order[: len(inside)]}
    assert_nobody_overtook(in_order)
