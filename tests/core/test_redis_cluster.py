"""Carts, cache, queues and kept pages on a cluster of three, where keys lie apart."""

import re
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from cart import store as carts
from cart.rows import new_expiry
from cart.store import LineKey, StoredCart
from catalog.models import SearchCount
from catalog.search import log
from config import environment
from config.processes import Supervisor
from core import redis
from core.caching.values import cached, invalidate_cached
from core.exceptions import ServiceUnavailable
from core.web import throttle
from inventory.services import sold_out
from pagecache.entry import Entry
from pagecache.store import PageStore
from payments import refusals
from tests.concurrency import at_once
from tests.inventory.factories import stocked
from tests.valkeys import Cluster, give_a_copy, start_cluster
from tests.waiting import until
from waitingroom import queue_script

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "redis+cluster://127.0.0.1:1,127.0.0.1:2"


@pytest.fixture(scope="module")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Supervisor(tmp_path_factory.mktemp("cluster")) as supervisor:
        yield start_cluster(supervisor)


@pytest.fixture
def shop(settings) -> Iterator["Shop"]:
    redis.client.forget()
    yield Shop(settings)
    redis.client.forget()


@pytest.fixture
def cluster(_cluster: Cluster, shop: "Shop") -> Cluster:
    """What the shop keeps in Redis lies in this cluster, which is empty."""
    shop.move_to(_cluster.url)
    redis.client().flushdb()
    return _cluster


class Shop:
    """Where it keeps what does not belong into the database."""

    def __init__(self, settings) -> None:
        self._settings = settings

    def move_to(self, url: str) -> None:
        self._settings.REDIS_URL = url
        self._settings.CACHES = environment.caches(url)
        redis.client.forget()


def add_one(cart_id: UUID, key: LineKey):
    carts.change(
        cart_id,
        lambda cart: cart.with_quantity(key, cart.quantity(key) + 1),
        until=new_expiry(),
        guard=lambda _before, _after: nullcontext(),
    )


@pytest.mark.django_db(transaction=True)
def test_a_cart_that_is_changed_everywhere_at_once_loses_nothing(cluster: Cluster) -> None:
    cart_id, key = uuid4(), LineKey(uuid4())

    at_once(lambda: add_one(cart_id, key), times=4)

    assert carts.read(cart_id).quantity(key) == 4
    assert 47 * 3600 < int(redis.client().ttl(f"cart:{cart_id}")) <= 48 * 3600
    carts.delete(cart_id)
    assert carts.read(cart_id) == StoredCart()


@pytest.mark.django_db
def test_carts_lie_on_every_node(cluster: Cluster) -> None:
    for _number in range(30):
        add_one(uuid4(), LineKey(uuid4()))

    on_each = [int(node.client().dbsize()) for node in cluster.nodes]

    assert sum(on_each) == 30
    assert all(on_each)


@pytest.mark.django_db
def test_a_shopper_puts_something_into_the_cart(cluster: Cluster, client: Client) -> None:
    variant = stocked(5)

    client.post("/cart/add/", {"variant": variant.sku, "quantity": "2"})

    assert variant.product.name in client.get("/cart/").text
    assert [name[:5] for name in redis.client().scan_iter("cart:*")] == ["cart:"]


def test_times_are_counted(cluster: Cluster) -> None:
    passed = [throttle.allows("door", most=2, seconds=60) for _time in range(3)]

    assert passed == [True, True, False]
    assert throttle.is_over("door", most=3)
    assert int(redis.client().ttl("throttle:door")) > 60  # it outlives its window


def test_what_is_sold_out_is_remembered_of_many_at_once(cluster: Cluster) -> None:
    some = [uuid4() for _number in range(9)]
    for variant_id in some[:3]:
        sold_out.remember(variant_id)

    assert sold_out.remembered(some) == some[:3]


def test_the_queue_lets_in_who_comes_first(cluster: Cluster) -> None:
    room = uuid4()

    def ask(ticket: str) -> queue_script.Position:
        return queue_script.step(room, ticket, 0, rate=1, is_open=True, leave=60)

    places = [ask(ticket).before for ticket in ("one", "two")]
    redis.client().hset(f"room:{{{room.hex}}}:purse", "turns", 1)
    first = ask("one")

    assert places == [0, 1]
    assert first.is_let_in
    assert queue_script.crowd(room) == queue_script.Crowd(waiting=1, let_in=1)
    mine, account, friend = uuid4(), uuid4(), uuid4()
    assert [queue_script.may_use("one", cart) for cart in (mine, mine, friend)] == [
        True,
        True,
        False,
    ]
    queue_script.move_pass("one", mine, account)
    queue_script.move_pass("one", friend, uuid4())
    assert [queue_script.may_use("one", cart) for cart in (mine, account)] == [False, True]


def test_pages_are_kept_and_follow_changes(cluster: Cluster) -> None:
    pages = PageStore()
    turn, other = pages.acquire_lease("/p/sofa/"), pages.acquire_lease("/p/sofa/")
    assert turn
    assert other
    page = Entry.make([], b"a sofa", turn.begun_at + 60)
    pages.save("/p/sofa/", page, turn, ["product=1", "kits"])

    fresh = pages.read("/p/sofa/")
    pages.invalidate(["product=1", "home"])
    stale = pages.read("/p/sofa/")

    assert (turn.is_held, other.is_held) == (True, False)
    assert fresh
    assert stale
    assert (fresh.plain(), fresh.fresh_until > 0, stale.fresh_until) == (b"a sofa", True, 0)
    assert (pages.was_requested("/p/sofa/"), pages.was_requested("/p/sofa/")) == (False, True)
    pages.release("/p/sofa/", is_gone=True)
    assert pages.read("/p/sofa/") is None


@pytest.mark.django_db
def test_searches_are_written_down(cluster: Cluster) -> None:
    for _time in range(2):
        log.record_search("sofá", 7, "es")

    assert (log.store_counts(), log.store_counts()) == (1, 0)
    row = SearchCount.objects.get()
    assert (row.words, row.times, row.results) == ("sofa", 2, 7)


@pytest.mark.django_db
def test_refusals_are_counted(cluster: Cluster, mongo) -> None:
    refusals.note("stranger", "unsigned", b"{}")

    assert refusals.counts() == {"unknown": 1}


@pytest.mark.django_db(transaction=True)
def test_the_cache_finds_what_lies_on_several_nodes(cluster: Cluster) -> None:
    cache.set_many({str(number): number for number in range(20)}, 60)
    cache.add("0", "late")
    cache.incr("1")
    cache.delete_many(["2", "3"])
    made = iter("ab")

    assert cache.get_many([*map(str, range(5)), "none"]) == {"0": 0, "1": 2, "4": 4}
    assert [cached("frame", made.__next__, 60) for _time in range(2)] == ["a", "a"]
    invalidate_cached()
    assert cached("frame", made.__next__, 60) == "b"
    cache.clear()
    assert cache.get("0") is None


def test_a_cluster_says_how_it_is(cluster: Cluster, shop: Shop) -> None:
    here = redis.is_available(seconds=0.5)
    shop.move_to(NOBODY)

    assert (here, redis.is_available(seconds=0.5)) == (True, False)


@pytest.mark.django_db
def test_a_cluster_that_is_away_is_like_a_server_that_is_away(shop: Shop, client: Client) -> None:
    shop.move_to(NOBODY)

    assert throttle.allows("door", most=0, seconds=1)
    assert sold_out.remembered([uuid4()]) == []
    assert PageStore().read("/") is None
    assert cache.get("one", "nothing") == "nothing"
    assert cache.get_many(["one", "two"]) == {}
    with pytest.raises(ServiceUnavailable):
        carts.read(uuid4())
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_a_node_that_dies_takes_its_own_carts_along(tmp_path: Path, shop: Shop) -> None:
    with Supervisor(tmp_path) as supervisor:
        own = start_cluster(supervisor)
        shop.move_to(own.url)
        keys = [uuid4() for _number in range(20)]
        for key in keys:
            add_one(key, LineKey(key))
        own.nodes[0].kill()

        found, lost = 0, 0
        for key in keys:
            try:
                found += carts.read(key).count
            except ServiceUnavailable:
                lost += 1

    assert found + lost == 20
    assert found
    assert lost


@pytest.mark.soak
@pytest.mark.django_db
def test_a_copy_takes_over_with_all_carts(tmp_path: Path, shop: Shop) -> None:
    with Supervisor(tmp_path) as supervisor:
        own = start_cluster(supervisor)
        give_a_copy(supervisor, own, own.nodes[0])
        shop.move_to(own.url)
        keys = [uuid4() for _number in range(20)]
        for key in keys:
            add_one(key, LineKey(key))
        own.nodes[0].kill()

        def all_are_there() -> bool:
            with suppress(ServiceUnavailable):
                return sum(carts.read(key).count for key in keys) == 20
            return False

        until(all_are_there)
        for key in keys:
            add_one(key, LineKey(key))
        assert sum(carts.read(key).count for key in keys) == 40


def test_what_belongs_together_is_asked_for_in_scripts() -> None:
    """A cluster answers a pipeline's commands one by one, wherever each key lies."""
    apps = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    used = {
        str(path.relative_to(ROOT))
        for app in apps
        for path in app.rglob("*.py")
        if re.search(r"\.(pipeline|mget|mset)\(", path.read_text())
    }

    # One key's transaction, one slot's keys, the class itself, and the broker, which is no cluster.
    assert used == {
        *("cart/store.py", "inventory/services/sold_out.py"),
        *("core/redis.py", "core/caching/live_settings.py", "backoffice/monitoring/queues.py"),
    }
