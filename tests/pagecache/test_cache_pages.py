"""A public page is made once, for everybody."""

import re
from collections.abc import Callable, Iterable
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.http import QueryDict

from catalog.models import Kit, KitItem, Variant
from core.caching.page import ENVIRON_KEY, PageTags, tag_name
from pagecache.store import PageStore, store
from tests.catalog.factories import VariantFactory
from tests.pagecache.visits import Door

pytestmark = pytest.mark.django_db
PAGE = "/p/sofa-lima/"


@pytest.fixture
def variant() -> Variant:
    return VariantFactory.create(product__name="Sofá Lima", product__slug="sofa-lima")


def test_the_second_visitor_gets_what_was_made_for_the_first(variant: Variant) -> None:
    door = Door()

    first, second = door.get(PAGE), door.get(PAGE)

    assert first.body == second.body
    assert "Sofá Lima" in second.text
    assert door.asked == 1


def test_a_page_in_another_language_is_another_one(variant: Variant) -> None:
    door = Door()

    spanish, english = door.get(PAGE), door.get(f"/en{PAGE}")

    assert '<html lang="es"' in spanish.text
    assert '<html lang="en"' in english.text
    assert "Accept-Language" not in spanish.headers["Vary"]


def test_it_is_made_as_for_somebody_of_whom_nothing_is_known() -> None:
    told: list[set[str]] = []

    def curious(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        told.append({name for name in environ if name.startswith("HTTP_")})
        environ[ENVIRON_KEY] = PageTags()
        start("200 OK", [])
        return [b""]

    door = Door(curious)
    for address in ("/", "/?page=1"):
        door.get(address, cookie="sessionid=1", accept_language="en", host="testserver")

    assert told == [{"HTTP_HOST", "HTTP_ACCEPT_ENCODING"}, {"HTTP_HOST"}]


def test_made_up_headers_and_names_are_not_kept(variant: Variant) -> None:
    door = Door()
    door.get(PAGE)
    for number in range(20):
        assert door.get(PAGE, hx_request=f"{number}").status == 200
        assert door.get(PAGE, host=f"testserver:{6000 + number}").status == 302
    door.get(PAGE, host="testserver:80")

    assert len(store._redis.keys("{pages:1}:page:*")) == 1


def test_hosts_that_the_shop_refuses_take_no_place(variant: Variant, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    door = Door()
    for number in range(20):
        assert door.get(PAGE, host=f"made-up-{number}.example").status == 400

    door.get(PAGE)
    door.get(PAGE)

    assert door.asked == 20 + 1


def test_what_is_chosen_in_a_kit_is_part_of_its_address() -> None:
    plain = VariantFactory.create(sku="SOFA-A")
    VariantFactory.create(product=plain.product, sku="SOFA-B", price_modifier=500)
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=0)
    item = KitItem.objects.create(kit=kit, product=plain.product, quantity=1, position=0)
    door = Door()

    pages = [
        door.get(f"/kits/sala/?kit=sala&item_{item.pk}={sku}").text for sku in ("SOFA-A", "SOFA-B")
    ]

    sums = [re.findall(r"S/\xa0[\d.,]+", page)[-1] for page in pages]
    assert sums == ["S/\xa0100.00", "S/\xa0600.00"]


def test_without_what_advertising_adds_an_address_says_the_same() -> None:
    asked: list[str] = []

    def curious(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(QueryDict(environ["QUERY_STRING"].encode("latin-1"))["q"])
        start("200 OK", [])
        return [b""]

    door = Door(curious)
    for words in ("ñandú", "%C3%B1and%C3%BA"):
        # What is sent as it is comes as bytes, each of which is a letter.
        raw = words.encode().decode("latin-1")
        door.get("/search/suggest/", query=f"q={raw}&utm_source=x")

    assert asked == ["ñandú", "ñandú"]


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [("gzip, br", True), ("gzip;q=0.5", True), ("gzip;q=0", False), ("br, gzip; q=0.0, *", False)],
)
def test_its_bytes_are_packed_for_who_takes_them_so(
    variant: Variant, accepted: str, is_packed: bool
) -> None:
    answer = Door().get(PAGE, accept_encoding=accepted)

    assert ("Content-Encoding" in answer.headers) is is_packed


def test_its_bytes_are_compressed_once_and_unpacked_for_who_wants_them_plain(
    variant: Variant,
) -> None:
    door = Door()

    plain, packed = door.get(PAGE), door.get(PAGE, accept_encoding="gzip, br")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)
    assert packed.text == plain.text
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_who_has_it_already_is_told_so(variant: Variant) -> None:
    door = Door()
    tag = door.get(PAGE).headers["ETag"]

    again = door.get(PAGE, if_none_match=tag)

    assert again.status == 304
    assert again.body == b""
    assert again.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=")


def test_a_head_has_no_body(variant: Variant) -> None:
    door = Door()

    made, kept = door.get(PAGE, method="HEAD"), door.get(PAGE, method="HEAD")

    assert made.body == kept.body == b""
    assert kept.headers["Content-Length"] != "0"
    assert door.asked == 1


def test_a_network_learns_by_name_what_a_page_shows(variant: Variant) -> None:
    page = Door().get(PAGE)

    parts = page.headers["Surrogate-Key"].split()
    assert {"all", "collections", tag_name("product", variant.product_id)} <= set(parts)


def test_an_address_with_a_query_is_kept_once_two_have_asked_for_it(variant: Variant) -> None:
    door = Door()
    address = f"/c/{variant.product.category.slug}/?price_max=90000"

    for _ in range(4):
        door.get(address)

    assert door.asked == 2


@pytest.mark.parametrize("query", ["utm_source=letter&gclid=1", "x8d1f=9c", "%00=%ff&&&", "Q=1"])
def test_what_no_page_looks_at_makes_no_other_page(variant: Variant, query: str) -> None:
    door = Door()
    door.get(PAGE)

    page = door.get(f"{PAGE}?{query}")

    assert door.asked == 1
    assert query not in page.text


def test_what_a_page_looks_at_does(variant: Variant) -> None:
    door = Door()
    door.get(PAGE)

    page = door.get(f"{PAGE}?v={variant.sku}&utm_source=letter")

    assert (door.asked, page.status) == (2, 200)
    assert "utm_source" not in page.text


@pytest.mark.parametrize("address", ["/cart/", "/me/", "/account/login/", "/p/no-such/"])
def test_nothing_else_is_kept(address: str) -> None:
    door = Door()

    door.get(address)
    door.get(address)

    assert door.asked == 2


def test_posts_go_through(variant: Variant) -> None:
    assert Door().get(PAGE, method="POST").status == 403


class Slow:
    """An application that takes until it is let go, and says which version it shows."""

    def __init__(self) -> None:
        self.begun, self.go_on = Event(), Event()
        self.version = 0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.version += 1
        body = f"version {self.version}".encode()
        self.begun.set()
        assert self.go_on.wait(5)
        environ[ENVIRON_KEY] = PageTags()
        start("200 OK", [("Content-Type", "text/plain")])
        return [body]


def test_a_crowd_waits_for_one_page_instead_of_making_eight() -> None:
    slow = Slow()
    door = Door(slow)
    together = Barrier(8)
    bodies = []

    def visit() -> None:
        together.wait()
        bodies.append(door.get("/").body)

    crowd = [Thread(target=visit) for _ in range(8)]
    for visitor in crowd:
        visitor.start()
    assert slow.begun.wait(5)
    slow.go_on.set()
    for visitor in crowd:
        visitor.join()

    assert bodies == [b"version 1"] * 8


def test_while_a_stale_page_is_made_anew_the_others_still_get_it() -> None:
    slow = Slow()
    slow.go_on.set()
    door = Door(slow)
    door.get("/")
    slow.begun.clear()
    slow.go_on.clear()
    store.invalidate(["all"])

    first = Thread(target=door.get, args=("/",))
    first.start()
    assert slow.begun.wait(5)
    meanwhile = door.get("/")
    slow.go_on.set()
    first.join()

    assert meanwhile.body == b"version 1"
    assert door.get("/").body == b"version 2"


def test_a_change_while_the_page_is_made_is_not_lost() -> None:
    slow = Slow()
    door = Door(slow)
    first = Thread(target=door.get, args=("/",))
    first.start()
    assert slow.begun.wait(5)

    store.invalidate(["all"])
    slow.go_on.set()
    first.join()

    assert door.get("/").body == b"version 2"


class Changing:
    """An application that answers with one status after the other."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status = self.statuses.pop(0)
        if status.startswith("200"):
            environ[ENVIRON_KEY] = PageTags()
        start(status, [("Content-Type", "text/plain")])
        return [status.encode()]


@pytest.mark.parametrize("refused", ["500 Internal Server Error", "429 Too Many Requests"])
def test_where_the_shop_fails_or_refuses_a_stale_page_is_better_than_none(refused: str) -> None:
    door = Door(Changing("200 OK", refused, "200 OK"))
    door.get("/")
    store.invalidate(["all"])

    meanwhile = door.get("/")

    assert (meanwhile.status, meanwhile.body) == (200, b"200 OK")
    assert door.get("/").status == 200
    assert door.asked == 3


def test_a_page_that_is_gone_is_kept_no_longer() -> None:
    door = Door(Changing("200 OK", "404 Not Found", "404 Not Found"))
    door.get("/")
    store.invalidate(["all"])

    assert [door.get("/").status for _ in range(2)] == [404, 404]
    assert not store._redis.keys("{pages:1}:page:*")


def test_nobody_can_have_another_kind_of_answer_kept_for_all(variant: Variant) -> None:
    door = Door()

    odd = [door.get("/search/suggest/?q=so", accept="application/*") for _ in range(3)]

    assert {answer.headers["Content-Type"] for answer in odd} == {"text/html; charset=utf-8"}
    assert door.asked == 2


def test_who_fails_to_make_it_leaves_the_turn_to_the_next() -> None:
    def broken(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        raise RuntimeError

    door = Door(broken)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            door.get("/")

    assert door.asked == 2


def test_without_redis_each_page_is_made_again(variant: Variant, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    door = Door()
    door._pages._pages = PageStore()

    answers = [door.get(PAGE).status for _ in range(3)]

    assert answers == [200] * 3
    assert door.asked == 3
