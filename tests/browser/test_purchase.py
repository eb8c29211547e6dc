"""A guest buys, from a product's page to the paid order, at the simulator's own page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Availability, Variant
from catalog.services import set_availability
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from payments.models import MethodType, PaymentMethod
from simulator.server import Server
from tests.browser.conftest import NewPage
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked

SECRET = "a secret between the shop and the simulator"
APPROVE = {
    "": "Aprobar el pago",
    "/en": "Approve the payment",
}


@pytest.fixture
def provider(settings: Any, live_server: LiveServer) -> Iterator[Server]:
    """The simulator as a process of its own would be: reached by HTTP alone."""
    with Server(secret=SECRET) as server:
        settings.DEMO = True
        settings.SITE_URL = live_server.url
        settings.SIMULATOR_API_BASE = settings.SIMULATOR_PUBLIC_URL = server.url
        settings.SIMULATOR_SECRET = SECRET
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": {
                **directives,
                "form-action": [*directives["form-action"], server.url],
            }
        }
        yield server


@pytest.fixture
def chair(provider: Server) -> Variant:
    """Five chairs in a shop that delivers and takes the simulator's card."""
    variant = stocked(5)
    set_availability(variant.pk, Availability.IN_STOCK)
    open_shop()
    PaymentMethod.objects.create(
        code="card", name="Tarjeta", type=MethodType.CARD, gateway="simulator"
    )
    return variant


def order_a_chair(page: Page, chair: Variant, prefix: str) -> None:
    page.goto(f"{prefix}/p/{chair.product.slug}/")
    with page.expect_response("**/cart/add/"):
        page.locator("form[action*='cart/add'] button[type=submit]").first.click()
    page.goto(f"{prefix}/checkout/")
    page.fill("[name=email]", "ana@example.com")
    page.fill("[name=first_name]", "Ana")
    page.fill("[name=last_name]", "Quispe")
    page.fill("[name=phone]", "987654321")
    page.fill("[name=street]", "Av. Larco 123")
    page.fill("[name=district]", "Miraflores, Lima")
    page.check("[name=terms]")
    place = page.locator("#checkout button[type=submit]").last
    place.click()
    page.locator("[name=shipping][value=olva]").check()
    page.locator("[name=payment][value=card]").check()
    place.click()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefix", ["", "/en"], ids=["es", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_guest_on_a_phone_pays(
    new_page: NewPage, chair: Variant, prefix: str, javascript: bool
) -> None:
    page = new_page("phone", javascript=javascript)

    order_a_chair(page, chair, prefix)
    page.get_by_role("button", name=APPROVE[prefix]).click()

    expect(page.locator("h1")).to_contain_text("PED-")
    order = Order.objects.get()
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    level = chair.stock_levels.get()
    assert (level.on_hand, level.committed, level.reserved) == (5, 1, 0)
