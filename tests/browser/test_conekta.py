"""Paying on Conekta's own page and back, in dollars, in a shop that reckons in soles."""

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
from tests.browser.conftest import lead_to
from tests.browser.steps import Shopper
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked
from tests.providers.conekta.driver import ConektaDriver
from tests.providers.driver import running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conekta(settings: Any, live_server: LiveServer) -> Iterator[ConektaDriver]:
    with running("conekta", settings) as driver:
        assert isinstance(driver, ConektaDriver)
        config.EXCHANGE_RATES = "USD 3.75"
        settings.SITE_URL = live_server.url
        lead_to(driver.server.url, settings)
        open_shop()
        driver.method(code="card")
        yield driver


@pytest.fixture
def chair(conekta: ConektaDriver) -> Variant:
    variant = stocked(5)
    set_availability(variant.pk, Availability.IN_STOCK)
    return variant


def test_the_shopper_sees_dollars_before_he_pays_them_with_his_second_card(
    phone: Page, chair: Variant, conekta: ConektaDriver
) -> None:
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    shopper.fill_in_checkout()
    expect(phone.locator("body")).to_contain_text("29.33")
    shopper.order_button.click()
    expect(phone.locator(".amount")).to_contain_text("US$ 29.33")

    shopper.choose_at_the_bank("decline")
    expect(phone.locator("[role=alert]")).to_contain_text("El banco rechazó la tarjeta.")
    shopper.choose_at_the_bank("approve")

    expect(phone.locator(".notice--success").first).to_be_visible()
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    assert Payment.objects.get().captured == Order.objects.get().total


def test_cash_that_is_paid_later_arrives_by_webhook(
    phone: Page, chair: Variant, conekta: ConektaDriver
) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)
    place = phone.url

    shopper.choose_at_the_bank("later")
    expect(phone.locator(".notice--info").first).to_be_visible()
    meanwhile = Order.objects.get().payment_status
    phone.goto(place)
    shopper.choose_at_the_bank("arrive")
    for knock in conekta.knocks():
        conekta.post(knock)
    tasks.process_webhooks()

    assert meanwhile == PaymentStatus.PENDING
    assert Order.objects.get().payment_status == PaymentStatus.PAID
