"""A way to pay that asks in another currency: the amount and its rate are seen before."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config
from django.test import Client

from payments.models import Payment
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.payments.dollars import dollars_only

pytestmark = pytest.mark.django_db
RATE = "USD 3.75"


@pytest.fixture
def shopper(simulator: Any, client: Client) -> Iterator[Client]:
    """Somebody with a full cart in a shop where one way to pay takes dollars alone."""
    open_shop()
    fill_cart(client, stocked(5).sku)
    with dollars_only(), override_config(EXCHANGE_RATES=RATE):
        yield client


def quote_on(page: Any) -> str:
    method = next(m for m in page.context["figures"].methods if m.code == "dollars")
    return str(method.quote)


def test_the_checkout_shows_the_amount_and_its_rate(shopper: Client) -> None:
    page = shopper.get("/checkout/")

    quote = quote_on(page)
    assert f'name="quote_dollars" value="{quote}"' in page.text
    assert "USD 1 = S/" in page.text


def test_who_agrees_pays_that_amount(shopper: Client) -> None:
    page = shopper.post("/checkout/quote/", form_data(payment="dollars"))
    quote = quote_on(page)

    answer = shopper.post("/checkout/", form_data(payment="dollars", quote_dollars=quote))

    payment = Payment.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == payment.redirect_url
    assert f"USD {payment.quoted_amount}" == quote
    assert payment.quoted_rate == Decimal("3.75")


def test_a_rate_that_changed_meanwhile_is_asked_about(shopper: Client) -> None:
    quote = quote_on(shopper.post("/checkout/quote/", form_data(payment="dollars")))

    with override_config(EXCHANGE_RATES="USD 3.00"):
        shopper.post("/checkout/", form_data(payment="dollars", quote_dollars=quote), follow=True)
        assert not Payment.objects.exists()
