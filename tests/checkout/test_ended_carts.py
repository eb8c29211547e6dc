"""A checkout whose cart is gone when the form is sent, and one whose key has leaked."""

from typing import Any

import pytest
from django.test import Client
from redis import Redis

from catalog.models import Kit, Variant
from inventory.models import Reservation
from orders.models import Order
from tests.checkout.factories import fill_cart, form_data

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "summary"}


def opened(client: Client, variant: Variant, **typed: str) -> dict[str, str]:
    """The checkout's form as it is filled in for this in the cart."""
    fill_cart(client, variant.sku, 2)
    page = client.get("/checkout/")
    seen = '{"goods": "200.00", "delivery": {"olva": "10.00"}}'
    return form_data(lines=page.context["lines"], seen=seen, **typed)


@pytest.mark.parametrize("has_cookie", [False, True])
def test_a_form_whose_cart_has_ended_keeps_what_was_typed_and_offers_the_lines(
    client: Client, variant: Variant, redis_server: Redis, *, has_cookie: bool
) -> None:
    data = opened(client, variant, note="Tocar el timbre")
    redis_server.flushdb()
    if not has_cookie:
        client.cookies.pop("cart")

    told = client.post("/checkout/", data)
    again = client.post("/checkout/", data | {"put_back": "1"})
    ordered = client.post("/checkout/", data)

    page = told.content.decode()
    assert told.status_code == 409
    assert "Tocar el timbre" in page
    assert data["email"] in page
    assert 'name="put_back"' in page
    assert again.context["cart"].count == 2
    assert "Tocar el timbre" in again.content.decode()
    assert ordered.status_code == 302
    assert Reservation.objects.active().get(reference=Order.objects.get().pk).quantity == 2


def test_figures_for_an_ended_cart_say_so(
    client: Client, variant: Variant, redis_server: Redis
) -> None:
    data = opened(client, variant)
    redis_server.flushdb()

    answer = client.post("/checkout/quote/", data, headers=HTMX)

    assert answer.status_code == 409
    assert 'name="put_back"' in answer.content.decode()


@pytest.mark.parametrize(
    "lines", ["", "x", "x|y:1", "{variant}|no:1", "{variant}|:-1 {variant}|:x"]
)
def test_made_up_lines_put_nothing_back(client: Client, variant: Variant, lines: str) -> None:
    data = form_data(lines=lines.format(variant=variant.pk), put_back="1")

    answer = client.post("/checkout/", data)

    assert answer.status_code == 409
    assert not Reservation.objects.exists()
    assert not Kit.objects.exists()


def test_the_key_of_an_order_gives_another_browser_neither_its_page_nor_a_link(
    client: Client, variant: Variant
) -> None:
    data = opened(client, variant)
    client.post("/checkout/", data)
    number = Order.objects.get().number
    stranger = Client()
    fill_cart(stranger, variant.sku)
    theirs = form_data(key=data["key"], email="otra@example.com")

    empty_handed = Client().post("/checkout/", data)
    refused = stranger.post("/checkout/", theirs)

    for answer in (empty_handed, refused):
        assert answer.status_code == 409
        assert number not in said(answer)
    assert refused.context["key"] != data["key"]
    # With the new key of that page the stranger's own order is placed.
    stranger.post("/checkout/", theirs | {"key": refused.context["key"]})
    assert Order.objects.exclude(number=number).get().email == "otra@example.com"
    assert client.post("/checkout/", data).status_code == 302


def said(answer: Any) -> str:
    return f"{answer.headers.get('Location')} {answer.content.decode()}"


def test_an_old_form_finds_its_order_after_two_more(client: Client, variant: Variant) -> None:
    first = opened(client, variant)
    client.post("/checkout/", first)
    number = Order.objects.get().number
    for _ in range(2):
        fill_cart(client, variant.sku)
        client.post("/checkout/", form_data())

    again = client.post("/checkout/", first)

    assert number in again.headers["Location"]
