"""The shopper comes back from the payment page: to the order, whatever the provider has added."""

from typing import Any

import pytest
from django.test import Client

from orders.links import by_token, token_for
from orders.models import Order
from payments import views
from payments.models import Payment
from payments.services.settle import settle
from tests.accounts.factories import UserFactory
from tests.payments.factories import held_order, pay, return_path

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def payment(simulator: Any) -> Payment:
    """A payment that the bank has declined."""
    payment = pay(held_order())
    simulator.bank.decline(payment.gateway_id)
    return payment


def come_back(client: Client, order: Order, query: str) -> str:
    """What the shopper reads, wherever he is led."""
    return client.get(f"/payments/return/{order.number}/?{query}", follow=True).text


def test_the_signed_link_is_kept_beside_a_token_of_the_provider(
    payment: Payment, client: Client
) -> None:
    key = token_for(payment.order)

    page = come_back(client, payment.order, f"key={key}&token=5O190127TN364715T&PayerID=X")

    assert payment.order.number in page
    assert "rechaz" in page


def test_providers_are_given_the_signed_link_at_the_shops_own_address(
    payment: Payment, client: Client, settings: Any
) -> None:
    order = payment.order
    settle(payment.pk)
    settings.SITE_URL = "http://testserver:8443"  # some proxies leave the port out

    answer = client.post(
        f"/checkout/pay/{order.number}/", {"payment": "card", "token": token_for(order)}
    )

    assert answer.status_code == 302
    newest = order.payments.order_by("-pk")[0]
    address, _, key = newest.metadata["return_url"].partition("?key=")
    assert address == f"http://testserver:8443/payments/return/{order.number}/"
    assert by_token(order.number, key) == order


@pytest.mark.parametrize("query", ["", "key=forged", "key=%00", "token=5O190127TN364715T", "other"])
def test_who_guesses_a_number_learns_nothing_and_asks_no_provider(
    payment: Payment, client: Client, query: str
) -> None:
    if query == "other":  # a buyer, of another order
        client.force_login(UserFactory.create(), backend=BACKEND)
        query = f"key={token_for(held_order())}"

    come_back(client, payment.order, query)

    payment.refresh_from_db()
    assert payment.checked_at is None
    assert "rechaz" not in client.get("/cart/").text


def test_who_reloads_without_end_asks_no_provider_any_more(
    payment: Payment, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_RETURNS", 2)
    other = pay(held_order())

    for order in (other.order, other.order, payment.order):
        Payment.objects.update(checked_at=None)
        answer = client.get(return_path(order), REMOTE_ADDR="203.0.113.9")

    payment.refresh_from_db()
    assert payment.checked_at is None
    assert answer["Location"].startswith(f"/orders/{payment.order.number}/?token=")


def test_the_buyer_signed_in_needs_no_link(payment: Payment, client: Client) -> None:
    client.force_login(payment.order.customer, backend=BACKEND)

    assert "rechaz" in come_back(client, payment.order, "")


def test_an_order_that_cannot_be_is_no_page(client: Client) -> None:
    assert client.get("/payments/return/PED%00/").status_code == 404
