"""Paying on Mercado Pago's own page and back, as a shopper sees it."""

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
from tests.browser.conftest import lead_to
from tests.browser.steps import Shopper
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked
from tests.providers.mercadopago.driver import MercadoPagoDriver, trading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mercadopago(settings: Any, live_server: LiveServer) -> Iterator[MercadoPagoDriver]:
    with trading(settings) as driver:
        settings.SITE_URL = live_server.url
        lead_to(driver.server.url, settings)
        open_shop()
        driver.method(code="card")
        yield driver


@pytest.fixture
def chair(mercadopago: MercadoPagoDriver) -> Variant:
    variant = stocked(5)
    set_availability(variant.pk, Availability.IN_STOCK)
    return variant


def test_after_a_declined_card_the_same_page_takes_another(
    phone: Page, chair: Variant, mercadopago: MercadoPagoDriver
) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)
    expect(phone.locator(".amount")).to_contain_text("PEN 110.00")
    page = phone.url

    shopper.choose_at_the_bank("decline")
    expect(phone.locator(".notice--warning").first).to_be_visible()
    shopper.pay_again()
    assert phone.url == page
    Payment.objects.update(checked_at=None)  # people need longer than a test
    shopper.choose_at_the_bank("approve")

    expect(phone.locator(".notice--success").first).to_be_visible()
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    assert mercadopago.objects() == Payment.objects.count() == 1


def test_cash_that_is_paid_later_arrives_by_webhook(
    phone: Page, chair: Variant, mercadopago: MercadoPagoDriver
) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)

    shopper.choose_at_the_bank("later")
    expect(phone.locator(".notice--info").first).to_be_visible()
    meanwhile = Order.objects.get().payment_status
    (promised,) = mercadopago.account.payments
    mercadopago.account.settle(promised)
    for knock in mercadopago.knocks():
        mercadopago.post(knock)
    tasks.process_webhooks()

    assert meanwhile == PaymentStatus.PENDING
    assert Order.objects.get().payment_status == PaymentStatus.PAID
