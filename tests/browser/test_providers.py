"""Paying on a provider's own page and back, as a shopper sees it."""

from collections.abc import Iterator
from typing import Any

import pytest
from constance import config
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Availability, Variant
from catalog.services import set_availability
from orders.models import Order
from orders.states import PaymentStatus
from payments import tasks
from payments.models import Payment
from payments.states import PaymentState
from tests.browser.conftest import lead_to
from tests.browser.steps import Shopper
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked
from tests.providers.driver import Driver, running

pytestmark = pytest.mark.django_db(transaction=True)
# What each one's page asks for; the shop reckons in soles, which Conekta does not take.
AMOUNTS = {"conekta": "US$ 29.33", "mercadopago": "PEN 110.00", "stripe": "S/ 110.00"}


def at(*names: str, soaked: str) -> pytest.MarkDecorator:
    """
    Each provider's page is seen in one of the tests at least, and the one that leads back in both.

    The page that is left to the long runs is used as another one's is. That each provider keeps the
    rules of money is tested without a browser: tests/payments/test_fault_matrix.py.
    """
    those = [*names, pytest.param(soaked, marks=pytest.mark.soak)]
    return pytest.mark.parametrize("provider", those, indirect=True)


@pytest.fixture
def provider(
    request: pytest.FixtureRequest, settings: Any, live_server: LiveServer
) -> Iterator[Driver]:
    with running(request.param, settings) as driver:
        config.EXCHANGE_RATES = "USD 3.75"
        settings.SITE_URL = live_server.url
        lead_to(driver.server.url, settings)
        open_shop()
        driver.method(code="card")
        yield driver


@pytest.fixture
def chair(provider: Driver) -> Variant:
    variant = stocked(5)
    set_availability(variant.pk, Availability.IN_STOCK)
    return variant


@at("conekta", "mercadopago", soaked="stripe")
def test_a_declined_card_is_followed_by_another_and_a_paid_order(
    phone: Page, chair: Variant, provider: Driver
) -> None:
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    shopper.fill_in_checkout()
    amount = AMOUNTS[provider.gateway]
    expect(phone.locator("body")).to_contain_text(amount.split()[1])
    shopper.order_button.click()
    expect(phone.locator(".amount")).to_contain_text(amount)
    page = phone.url

    shopper.choose_at_the_bank("decline")
    if provider.gateway == "mercadopago":  # its page leads back to the shop
        expect(phone.locator(".next-step--warning")).to_be_visible()
        shopper.pay_again()
        assert phone.url == page
        Payment.objects.update(checked_at=None)  # people need longer than a test
    else:
        expect(phone.locator("[role=alert]")).to_contain_text("El banco rechazó la tarjeta.")
    shopper.choose_at_the_bank("approve")

    expect(phone.locator(".next-step--success")).to_be_visible()
    payment, order = Payment.objects.get(), Order.objects.get()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, order.total)
    assert order.payment_status == PaymentStatus.PAID
    assert provider.objects() == 1


@at("stripe", "mercadopago", soaked="conekta")
def test_cash_that_is_paid_later_arrives_by_webhook(
    phone: Page, chair: Variant, provider: Driver
) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)
    place = phone.url

    shopper.choose_at_the_bank("later")
    expect(phone.locator(".next-step--info")).to_be_visible()
    meanwhile = Order.objects.get().payment_status
    if provider.gateway == "mercadopago":
        [promised] = provider.account.payments
        provider.account.settle(promised)
    else:
        phone.goto(place)
        shopper.choose_at_the_bank("arrive")
    for knock in provider.knocks():
        provider.post(knock)
    tasks.process_webhooks()

    assert meanwhile == PaymentStatus.PENDING
    assert Order.objects.get().payment_status == PaymentStatus.PAID
