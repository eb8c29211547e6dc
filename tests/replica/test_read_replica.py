"""Public pages, search and reports are read from a replica that has what their reader must see."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from random import Random

import pytest
from constance import config
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from accounts.permissions import Role
from catalog.models import Category, Product
from catalog.services import refresh_search
from core.caching.ttl import TTLCache
from core.caching.values import cached
from core.database import replica
from pagecache import services
from pagecache.middleware import POSITION_COOKIE
from tests import databases
from tests.accounts.factories import signed_in
from tests.catalog.factories import VariantFactory
from tests.pagecache.visits import Door
from tests.replica.pair import Pair

pytestmark = [pytest.mark.whole_shop, pytest.mark.usefixtures("demo")]


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Pair]:
    """This process's shop works on it."""
    pair = Pair(tmp_path_factory.mktemp("pair") / "replica")
    with (
        pair.running(),
        django_db_blocker.unblock(),
        databases.shop_on(DATABASE_URL=pair.primary, DATABASE_REPLICA_URL=pair.replica),
    ):
        yield pair


@pytest.fixture(autouse=True)
def _nothing_known_of_the_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test knows how the replica did in another."""
    monkeypatch.setattr(replica, "standby", replica.Replica())
    monkeypatch.setattr(replica, "_LOOK", 0.05)


@pytest.fixture
def product(pair: Pair) -> Product:
    """One that the replica has, too."""
    made: Product = VariantFactory.create().product
    services.invalidate_changed()
    pair.catch_up()
    assert eventually(lambda: replica.standby.has(0))
    return made


class Asked:
    """How many questions each of the two was asked, beside how far it has come."""

    def __init__(self) -> None:
        self._seen = {
            alias: CaptureQueriesContext(connections[alias]) for alias in ("default", "replica")
        }

    @contextmanager
    def counting(self) -> Iterator[None]:
        with self._seen["default"], self._seen["replica"]:
            yield

    def of(self, alias: str, table: str) -> int:
        return sum(table in query["sql"] for query in self._seen[alias].captured_queries)


@contextmanager
def asked() -> Iterator[Asked]:
    counted = Asked()
    with counted.counting():
        yield counted


def rename(product: Product, name: str) -> None:
    Product.objects.filter(pk=product.pk).update(name_es=name)


def address(product: Product) -> str:
    return f"/p/{product.slug}/"


def test_a_public_page_is_read_from_the_replica(product: Product) -> None:
    with asked() as counted:
        page = Door().get(address(product))

    assert product.name in page.text
    assert counted.of("replica", "catalog_product")
    assert not counted.of("default", "catalog_product")


@pytest.mark.parametrize(
    "path",
    ["/search/?q=producto", "/sitemap.xml", "/sitemap-products.xml", "/search/suggest/?q=pro"],
)
def test_search_and_sitemaps_are_too(product: Product, client: Client, path: str) -> None:
    with asked() as counted:
        assert client.get(path).status_code == 200

    assert counted.of("replica", "catalog_")


def test_reports_are_too_but_not_who_may_see_them(product: Product, client: Client) -> None:
    signed_in(client, Role.ADMINISTRATOR)

    with asked() as counted:
        assert client.get("/admin/reports/stock/").status_code == 200

    assert counted.of("replica", "inventory_stocklevel")
    assert not counted.of("replica", 'accounts_user"')


def test_carts_and_the_back_office_are_not(product: Product, client: Client) -> None:
    signed_in(client, Role.CATALOGUE)

    with asked() as counted:
        client.get("/cart/")
        client.get("/admin/catalog/product/")

    assert counted.of("default", "catalog_product")
    assert not counted.of("replica", "catalog_product")


def test_who_writes_locks_or_is_in_a_transaction_asks_the_primary(product: Product) -> None:
    found = Product.objects.filter(pk=product.pk)
    with replica.reading():
        assert found.get()._state.db == "replica"
        with transaction.atomic():
            assert found.get()._state.db == "default"
            assert found.select_for_update().get()._state.db == "default"
    with replica.reading():
        rename(product, "Sofá nuevo")
        assert found.get().name == "Sofá nuevo", "what was just written"


def test_a_row_of_the_replica_is_saved_in_the_primary(pair: Pair, product: Product) -> None:
    with replica.reading():
        read = Category.objects.get(pk=product.category_id)
    read.name = "Sillas"

    read.save(update_fields=["name"])

    assert Category.objects.get(pk=read.pk).name == "Sillas"


def test_what_many_share_is_read_from_the_primary(product: Product) -> None:
    rows = Product.objects.filter(pk=product.pk)
    recent = TTLCache(lambda keys: {key: rows.get()._state.db for key in keys})

    with replica.reading():
        assert cached("db", lambda: rows.get()._state.db, 9) == "default"
        assert recent.get(["db"]) == {"db": "default"}
        with asked() as counted:
            assert config.CURRENCY

    assert not counted.of("replica", "constance")


def test_a_visitor_sees_what_he_has_written(pair: Pair, product: Product, client: Client) -> None:
    stranger = Client()
    path = "/search/?q=zapato"
    with pair.standing_still():
        rename(product, "Zapato rojo")
        refresh_search([product.pk])
        client.post("/cart/add/", {"variant": "none", "quantity": 1})

        assert "Zapato rojo" in client.get(path).text
        assert "Zapato rojo" not in stranger.get(path).text
    pair.catch_up()

    with asked() as counted:
        assert "Zapato rojo" in client.get(path).text
    assert counted.of("replica", "catalog_"), "the replica has it by now"


@pytest.mark.parametrize("forged", ["", "-1", "x", "9" * 40])
def test_a_forged_position_harms_nobody(product: Product, client: Client, forged: str) -> None:
    client.cookies[POSITION_COOKIE] = forged

    assert client.get("/search/?q=producto").status_code == 200


def test_a_visitor_who_writes_nothing_carries_nothing(product: Product, client: Client) -> None:
    client.get("/")

    assert POSITION_COOKIE not in client.cookies


def test_a_page_is_never_older_than_the_change_that_it_is_made_for(
    pair: Pair, product: Product
) -> None:
    door = Door()
    assert product.name in door.get(address(product)).text
    with pair.standing_still():
        rename(product, "Mesa nueva")
        services.invalidate_changed()

        with asked() as counted:
            assert "Mesa nueva" in door.get(address(product)).text
        assert not counted.of("replica", "catalog_product")
        assert "Mesa nueva" in door.get(f"{address(product)}?x=1").text, "one that is not kept"


def test_a_page_is_made_from_the_replica_again_once_it_has_the_change(
    pair: Pair, product: Product
) -> None:
    rename(product, "Mesa nueva")
    services.invalidate_changed()
    pair.catch_up()

    with asked() as counted:
        assert "Mesa nueva" in Door().get(address(product)).text
    assert counted.of("replica", "catalog_product")


def test_without_redis_nobody_knows_of_changes_and_the_primary_is_asked(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pagecache.store.PageStore.position", lambda self: replica.NOWHERE)

    with asked() as counted:
        Door().get(address(product))

    assert not counted.of("replica", "catalog_product")


def test_a_replica_that_is_behind_is_left_out_and_named(
    pair: Pair, product: Product, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "MAX_BEHIND", 0.2)
    assert eventually(lambda: replica.standby.has(0))

    with pair.standing_still():
        rename(product, "Silla")
        assert eventually(lambda: not replica.standby.has(0))
        with asked() as counted:
            Door().get(address(product))
        answer = client.get("/readyz")

    assert not counted.of("replica", "catalog_product")
    assert (answer.status_code, answer.json()["checks"]["replica"]) == (200, "behind")
    assert eventually(lambda: replica.standby.has(0))


def test_a_replica_that_goes_away_is_missed_by_nobody_and_used_when_it_is_back(
    pair: Pair, product: Product, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "_PAUSE", 0.2)
    monkeypatch.setattr(replica, "standby", replica.Replica())
    assert eventually(lambda: replica.standby.has(0))
    pair.stop_replica()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(replica.standby, "_look", lambda position: None)
            page = Door().get(address(product))  # it is thought to be there
        answer = client.get("/readyz")
        again = Door().get("/")
    finally:
        pair.start_replica()
        connections["replica"].close()

    assert (page.status, again.status) == (200, 200)
    assert (answer.status_code, answer.json()["checks"]["replica"]) == (200, "away")
    assert eventually(lambda: replica.standby.has(0))


def test_a_server_that_follows_no_other_is_not_taken_for_one(
    pair: Pair, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "ALIAS", "default")

    assert eventually(lambda: not replica.standby.has(0))
    assert replica.standby.state() == "away"


def eventually(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("changes", [20, pytest.param(2_000, marks=pytest.mark.soak)])
def test_whatever_the_replica_does_pages_show_the_last_change(
    pair: Pair, product: Product, changes: int
) -> None:
    door, random = Door(), Random(changes)

    for number in range(changes):
        is_still = random.random() < 0.3
        with pair.standing_still() if is_still else nullcontext():
            rename(product, f"Mesa {number}.")
            services.invalidate_changed()
            assert f"Mesa {number}." in door.get(address(product)).text


def test_the_pair_is_where_this_shop_works(pair: Pair) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
        assert cursor.fetchone() == (1,)
