"""Buying an order's things again: what can still be had is in the cart, the rest is named."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from redis import Redis

from cart import store
from cart.cookies import COOKIE
from cart.models import Cart
from cart.refill import refill
from cart.services import Owner
from cart.store import LineKey
from catalog.models import Kit, KitItem, Product, Variant
from core.ids import uuid7
from inventory.models import Reservation
from orders import links
from orders.models import Order
from orders.states import OrderStatus
from tests.accounts.factories import UserFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def ordered(*variants: Variant, quantity: int = 2) -> Order:
    return place(*(new_line(variant, quantity) for variant in variants))


def again(client: Client, order: Order) -> str:
    """Sign in as the buyer and press the button; gives the cart's page."""
    client.force_login(order.customer, backend=BACKEND)
    return client.post(f"/orders/{order.number}/again/", follow=True).content.decode()


def units(client: Client) -> dict[str, int]:
    cart = client.get("/cart/", headers={"Accept": "application/json"}).json()
    return {line["sku"]: line["quantity"] for line in cart["lines"]}


def test_what_was_ordered_is_in_the_cart_and_held_once_more(client: Client) -> None:
    sofa, lamp = stocked(9), stocked(9)
    order = ordered(sofa, lamp)

    again(client, order)
    again(client, order)

    assert units(client) == {sofa.sku: 2, lamp.sku: 2}
    assert sum(hold.quantity for hold in Reservation.objects.active()) == 4


def test_what_cannot_be_bought_any_more_is_named(client: Client) -> None:
    sofa, lamp, rug = stocked(9), stocked(1), stocked(9)
    order = ordered(sofa, lamp, rug)
    Product.objects.filter(pk=rug.product_id).update(is_active=False)

    page = again(client, order)

    assert units(client) == {sofa.sku: 2, lamp.sku: 1}
    assert f"{lamp.product.name}: " in page
    assert f"{rug.product.name}: " in page


def test_nothing_is_called_added_while_carts_are_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ordered(stocked(9), stocked(9))
    client.force_login(order.customer, backend=BACKEND)
    away = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(store, "client", lambda: away)

    answer = client.post(f"/orders/{order.number}/again/")

    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == [str(store.AWAY)]


def test_a_stranger_buys_nothing_again(client: Client) -> None:
    order = ordered(stocked(9))
    client.force_login(UserFactory.create(), backend=BACKEND)

    answers = [
        client.post(f"/orders/{order.number}/again/"),
        client.post(f"/orders/{order.number}/again/?token=x"),
        Client().post(f"/orders/{order.number}/again/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not Reservation.objects.exists()


def test_a_guest_buys_again_by_the_link_of_his_order(client: Client) -> None:
    sofa = stocked(9)
    order = ordered(sofa)

    client.post(f"/orders/{order.number}/again/?token={links.token_for(order)}")

    assert units(client) == {sofa.sku: 2}
    assert COOKIE in client.cookies


def test_the_button_stands_on_the_list_and_on_the_page_of_what_needs_no_payment(
    client: Client,
) -> None:
    order = ordered(stocked(9))
    client.force_login(order.customer, backend=BACKEND)
    action = f'action="/orders/{order.number}/again/"'
    pages = (f"/orders/{order.number}/", "/account/orders/")

    waiting = [client.get(page).content.decode() for page in pages]
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)

    assert not any(action in page for page in waiting)
    assert all(action in client.get(page).content.decode() for page in pages)


def test_a_kit_comes_back_as_a_kit() -> None:
    sofa, lamp = stocked(9), stocked(9)
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=10)
    for variant in (sofa, lamp):
        KitItem.objects.create(kit=kit, product=variant.product, quantity=1)
    wanted = {LineKey(variant.pk, str(kit.pk)): 1 for variant in (sofa, lamp)}
    owner = Owner(uuid7())

    notes = [*refill(owner, wanted), *refill(owner, wanted)]

    assert notes == []
    assert {key: line.quantity for key, line in store.read(owner.cart_id).lines.items()} == wanted
    assert Cart.objects.filter(pk=owner.cart_id).exists()
