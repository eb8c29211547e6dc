"""Paying on Stripe's own page and back, as a shopper sees it."""

from collections.abc import Iterator
from typing import Any

import pytest
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


@pytest.fixture
def stripe(settings: Any, live_server: LiveServer) -> Iterator[Driver]:
    with running("stripe", settings) as driver:
        settings.SITE_URL = live_server.url
        lead_to(driver.server.url, settings)
        open_shop()
        driver.method(code="card")
        yield driver


@pytest.fixture
def chair(stripe: Driver) -> Variant:
    variant = stocked(5)
    set_availability(variant.pk, Availability.IN_STOCK)
    return variant


def test_a_declined_card_is_followed_by_another_and_a_paid_order(
    phone: Page, chair: Variant, stripe: Driver
) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)
    expect(phone.locator(".amount")).to_contain_text("S/ 110.00")

    shopper.choose_at_the_bank("decline")
    expect(phone.locator("[role=alert]")).to_contain_text("El banco rechazó la tarjeta.")
    shopper.choose_at_the_bank("approve")

    expect(phone.locator(".notice--success").first).to_be_visible()
    assert Payment.objects.get().state == PaymentState.CAPTURED
    assert Order.objects.get().payment_status == PaymentStatus.PAID


def test_cash_that_is_paid_later_arrives_by_webhook(
    phone: Page, chair: Variant, stripe: Driver
) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)
    place = phone.url

    shopper.choose_at_the_bank("later")
    expect(phone.locator(".notice--info").first).to_be_visible()
    meanwhile = Order.objects.get().payment_status
    phone.goto(place)
    shopper.choose_at_the_bank("arrive")
    for knock in stripe.knocks():
        stripe.post(knock)
    tasks.process_webhooks()

    assert meanwhile == PaymentStatus.PENDING
    assert Order.objects.get().payment_status == PaymentStatus.PAID
