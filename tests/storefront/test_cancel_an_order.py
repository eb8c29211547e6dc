"""The shopper cancels an order on its page: in time, and nobody else's."""

from http import HTTPStatus

import pytest
from constance import config
from django.test import Client

from orders import links, services
from orders.models import Order
from orders.states import OrderStatus
from tests.accounts.factories import UserFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def order() -> Order:
    return place(new_line(stocked(3)))


def path(order: Order) -> str:
    return f"/orders/{order.number}/cancel/"


def status(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_the_buyer_cancels_from_the_page_and_the_timeline_says_who_did(
    client: Client, order: Order
) -> None:
    client.force_login(order.customer, backend=BACKEND)
    assert path(order) in client.get(f"/orders/{order.number}/").content.decode()

    page = client.post(path(order), follow=True).content.decode()

    assert status(order) == OrderStatus.CANCELLED
    assert order.events.get(kind="cancelled").actor == order.customer
    assert "Cancelaste tu pedido." in page
    assert path(order) not in page


def test_a_guest_cancels_by_the_signed_link_and_stays_on_it(client: Client, order: Order) -> None:
    token = links.token_for(order)
    assert (
        f"{path(order)}?token={token}"
        in client.get(f"/orders/{order.number}/?token={token}").content.decode()
    )

    answer = client.post(f"{path(order)}?token={token}")

    assert status(order) == OrderStatus.CANCELLED
    assert answer.headers["Location"] == f"/orders/{order.number}/?token={token}"


def test_nobody_cancels_the_order_of_another_or_by_following_a_link(
    client: Client, order: Order
) -> None:
    other = links.token_for(place())
    client.force_login(UserFactory.create(), backend=BACKEND)

    assert client.post(path(order)).status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{path(order)}?token={other}").status_code == HTTPStatus.NOT_FOUND
    link = f"{path(order)}?token={links.token_for(order)}"
    assert client.get(link).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert status(order) == OrderStatus.PENDING


def test_after_the_window_the_page_offers_nothing_and_a_press_is_refused_in_words(
    client: Client, order: Order
) -> None:
    services.mark_paid(order.pk)
    client.force_login(order.customer, backend=BACKEND)
    assert path(order) in client.get(f"/orders/{order.number}/").content.decode()
    config.CANCELLATION_MINUTES = 0

    page = client.post(path(order), follow=True).content.decode()

    assert status(order) == OrderStatus.CONFIRMED
    assert "ya no se puede cancelar" in page
    assert path(order) not in page
