"""The shopper comes back from the payment page: to the order, whatever the provider has added."""

from typing import Any

import pytest
from django.test import Client

from orders.models import Order
from orders.selectors import token_for
from payments.models import Payment
from payments.services import settle
from tests.payments.factories import held_order, pay

pytestmark = pytest.mark.django_db


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


def test_the_address_that_is_given_to_providers_is_of_that_shape(
    payment: Payment, client: Client
) -> None:
    order = payment.order
    settle(payment.pk)

    answer = client.post(
        f"/checkout/pay/{order.number}/", {"payment": "card", "token": token_for(order)}
    )

    assert answer.status_code == 302
    newest = order.payments.order_by("-pk")[0]
    assert f"/payments/return/{order.number}/?key=" in newest.metadata["return_url"]


@pytest.mark.parametrize("query", ["", "key=forged", "key=%00", "token=5O190127TN364715T"])
def test_who_guesses_a_number_learns_nothing(payment: Payment, client: Client, query: str) -> None:
    come_back(client, payment.order, query)

    assert "rechaz" not in client.get("/cart/").text


def test_the_buyer_signed_in_needs_no_link(payment: Payment, client: Client) -> None:
    client.force_login(payment.order.customer, backend="django.contrib.auth.backends.ModelBackend")

    assert "rechaz" in come_back(client, payment.order, "")


def test_an_order_that_cannot_be_is_no_page(client: Client) -> None:
    assert client.get("/payments/return/PED%00/").status_code == 404
