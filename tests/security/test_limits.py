"""How often somebody may ask, by where he is and by who he is."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from cart import rate_limits as cart_limits
from checkout import rate_limits
from core.web import throttle
from inventory.models import Reservation
from payments import refusals
from storefront.views import listing, queue, search
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.orders.factories import place
from tests.promotions.factories import CouponFactory
from tests.waitingroom.factories import WaitingRoomFactory

pytestmark = pytest.mark.django_db
HERE, THERE, ELSEWHERE = "127.0.0.1", "203.0.113.9", "198.51.100.7"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
    ],
)
def test_a_network_of_ipv6_is_one_place(rf: RequestFactory, address: str, place: str) -> None:
    assert throttle.place_of(rf.get("/", REMOTE_ADDR=address)) == place


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("172.18.0.5", True),
        ("fd00::5", True),
        ("203.0.113.9", False),
        ("2001:db8::1", False),
        ("100.64.0.1", False),
        ("", False),
    ],
)
def test_who_asks_from_the_shops_own_network_is_no_visitor(
    rf: RequestFactory, address: str, is_here: bool
) -> None:
    assert throttle.is_from_here(rf.get("/", REMOTE_ADDR=address)) is is_here


@pytest.mark.parametrize(
    ("limit", "address"),
    [("MAX_A_MINUTE", "/search/?q=a"), ("MAX_SUGGESTIONS_A_MINUTE", "/search/suggest/?q=so")],
)
def test_a_search_is_answered_so_often_from_one_place(
    client: Client, monkeypatch: pytest.MonkeyPatch, limit: str, address: str
) -> None:
    monkeypatch.setattr(search, limit, 2)

    asked = [client.get(address, REMOTE_ADDR=THERE) for _ in range(3)]
    others = [client.get(address, REMOTE_ADDR=place) for place in (ELSEWHERE, HERE)]

    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert [answer.status_code for answer in others] == [200, 200]
    assert "no-store" in asked[-1]["Cache-Control"]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "text/html"),
        ({"HX-Request": "true"}, "text/plain"),
        ({"Accept": "application/json"}, "application/json"),
    ],
)
def test_who_is_over_gets_what_he_can_read(
    client: Client, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], kind: str
) -> None:
    monkeypatch.setattr(search, "MAX_A_MINUTE", 0)

    refused = client.get("/search/?q=a", REMOTE_ADDR=THERE, headers=headers)

    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert refused["Content-Type"].partition(";")[0] == kind
    assert ("<html" in refused.text) is (kind == "text/html")


def put(sku: str, place: str = THERE, client: Client | None = None, **headers: str) -> Any:
    """Somebody's first, or one more."""
    return (client or Client()).post(
        "/cart/add/", {"variant": sku, "quantity": "1"}, REMOTE_ADDR=place, headers=headers
    )


def test_carts_are_changed_so_often_from_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cart_limits, "MAX_FROM_A_PLACE", 2)
    sku = stocked(9).sku

    answers = [put(sku) for _ in range(3)]
    others = [put(sku, place) for place in (ELSEWHERE, HERE)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert [answer.status_code for answer in others] == [302, 302]
    assert sum(Reservation.objects.values_list("quantity", flat=True)) == 4


def test_one_cart_is_changed_so_often_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cart_limits, "MAX_OF_A_CART", 1)
    sku, client = stocked(9).sku, Client()

    answers = [put(sku, f"203.0.113.{number}", client) for number in range(3)]
    seen = client.get("/cart/", REMOTE_ADDR=THERE)

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert seen.context["cart"].count == 2


def test_a_program_is_told_in_json_that_its_cart_has_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cart_limits, "MAX_FROM_A_PLACE", 0)

    refused = put(stocked(9).sku, Accept="application/json")

    assert refused.status_code == 429
    assert json.loads(refused.content)["error"]


def order(email: str = "ana@example.com", place: str = THERE) -> int:
    client = Client(REMOTE_ADDR=place)
    fill_cart(client, stocked(1).sku)
    return client.post("/checkout/", form_data(email=email)).status_code


def test_one_place_orders_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_FROM_A_PLACE", 1)
    open_shop()

    first = order("ana@example.com")
    second = order("eva@example.com")
    elsewhere = order("eva@example.com", ELSEWHERE)

    assert (first, second, elsewhere) == (302, 429, 302)


def test_one_buyer_orders_so_often_wherever_he_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_OF_A_BUYER", 1)
    open_shop()

    answers = [order("ana@example.com"), order("Ana+2@example.com", ELSEWHERE), order("b@a.pe")]

    assert answers == [302, 429, 302]


def test_an_order_is_tried_to_be_paid_so_often(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "MAX_ATTEMPTS_TO_PAY", 1)
    open_shop()
    own = place()
    client.force_login(own.customer)

    answers = [
        client.post(f"/checkout/pay/{own.number}/", {"payment": "transfer"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 429]


def test_forged_notices_are_soon_not_looked_at(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MAX_A_MINUTE", 2)

    forged = [
        client.post("/webhooks/stripe/", b"{}", "text/plain", REMOTE_ADDR=THERE) for _ in "abc"
    ]
    elsewhere = client.post("/webhooks/stripe/", b"{}", "text/plain", REMOTE_ADDR=ELSEWHERE)

    assert [answer.status_code for answer in forged] == [400, 400, 429]
    assert elsewhere.status_code == 400


def test_codes_are_guessed_so_often_with_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cart_limits, "MAX_GUESSES", 2)
    CouponFactory.create(code="REAL")
    sku, user = stocked(9).sku, UserFactory.create()
    places = [f"203.0.113.{number}" for number in range(3)]

    answers = [guess(user, sku, address, "TRY") for address in places[:2]]
    answers.append(guess(user, sku, places[2], "REAL"))
    another = guess(UserFactory.create(), sku, places[2], "REAL")

    assert (answers, another) == ([409, 409, 409], 302)


def guess(user: Any, sku: str, address: str, code: str) -> int:
    client = Client(REMOTE_ADDR=address)
    client.force_login(user)
    fill_cart(client, sku)
    return client.post("/cart/coupon/", {"code": code}).status_code


def test_lists_with_filters_are_made_so_often_for_one_place(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_A_MINUTE", 2)
    page = f"/f/{stocked(1).product.category.family.slug}/"

    asked = [client.get(f"{page}?price_min={n}", REMOTE_ADDR=THERE) for n in range(3)]
    plain = client.get(page, REMOTE_ADDR=THERE)
    elsewhere = client.get(f"{page}?price_min=9", REMOTE_ADDR=ELSEWHERE)

    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert "no-store" in asked[-1]["Cache-Control"]
    assert (plain.status_code, elsewhere.status_code) == (200, 200)


def test_one_place_takes_so_many_places_in_a_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MAX_TICKETS_A_MINUTE", 2)
    room = WaitingRoomFactory.create()
    page, known = f"/en/drops/{room.collection.slug}/queue/", Client(REMOTE_ADDR=THERE)

    asked = [one.get(page) for one in (known, Client(REMOTE_ADDR=THERE), Client(REMOTE_ADDR=THERE))]
    again, elsewhere = known.get(page), Client(REMOTE_ADDR=ELSEWHERE).get(page)

    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert "ask for a place again" in asked[-1].text
    assert "every 15s" in asked[-1].text
    assert (again.status_code, elsewhere.status_code) == (200, 200)
