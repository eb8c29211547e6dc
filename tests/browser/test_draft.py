"""Selling by chat: staff note the order and send the link, the customer pays without scripts."""

from importlib import import_module
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.permissions import Role
from catalog.models import Variant
from checkout.models import Draft
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from tests.accounts.factories import staff_with
from tests.browser.conftest import NewPage
from tests.browser.steps import Shopper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]


TYPED = {
    "email": "ana@example.com",
    "phone": "987 654 321",
    "first_name": "Ana",
    "last_name": "Quispe",
    "street": "Av. Larco 123",
    "district": "Miraflores, Lima",
    "discount": "10",
    "discount_reason": "Cliente fiel",
}


def sign_in(page: Page, user: User, shop: str) -> None:
    """Make this the browser of somebody who has signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": session.session_key, "url": shop}])


def draw_up(page: Page, chair: Variant) -> None:
    """The goods by their code, then who orders: the total follows."""
    page.fill("#goods", chair.sku)
    page.press("#goods", "Enter")
    expect(page.locator("[name=line]")).to_have_count(1)
    for summary in page.locator("section.till__follow summary").all():
        summary.click()
    for name, value in TYPED.items():
        page.fill(f"#id_{name}", value)


def test_a_chat_becomes_an_order_that_is_paid_by_its_link_without_scripts(
    desktop: Page, new_page: NewPage, chair: Variant, live_server: LiveServer
) -> None:
    sign_in(desktop, staff_with(Role.SUPPORT), live_server.url)
    desktop.goto("/admin/checkout/draft/add/")
    draw_up(desktop, chair)
    with desktop.expect_response(lambda answer: answer.request.method == "POST"):
        desktop.locator("#id_discount_reason").blur()
    expect(desktop.locator(".till__total")).to_contain_text("100.00")
    expect(desktop.locator("#till-total .quiet")).to_have_count(0)
    desktop.locator("[name=_place]").click()
    desktop.wait_for_url("**/orders/order/**")
    link = urlsplit(desktop.locator("#payment-link").input_value())
    expect(desktop.locator("a[href^='https://wa.me/51987654321']")).to_be_visible()

    shopper = Shopper(new_page("phone", javascript=False))
    shopper.page.goto(f"{link.path}?{link.query}")
    expect(shopper.page.locator("main")).to_contain_text("Cliente fiel")
    shopper.page.locator("[name=payment][value=card]").check()
    shopper.page.locator("[name=terms]").check()
    shopper.page.locator("main form button[type=submit]").click()
    shopper.choose_at_the_bank("approve")

    expect(shopper.page.locator(".next-step--success")).to_be_visible()
    order = Order.objects.get()
    assert (order.payment_status, order.status) == (PaymentStatus.PAID, OrderStatus.CONFIRMED)
    assert Draft.objects.get().terms_accepted_at is not None
    assert chair.stock_levels.get().committed == 1
