"""Selling over the counter with a scanner, which types a code and presses Enter."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.permissions import Role
from catalog.models import Variant
from orders.models import Order
from tests.accounts.factories import staff_with
from tests.browser.test_draft import sign_in
from tests.till.factories import counter
from till.models import TillEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]


@pytest.fixture
def shelf() -> Variant:
    """Five units at a counter. In a thread: here runs the browser's loop."""

    def build() -> Variant:
        try:
            return counter()[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(build).result()


def test_two_scans_and_a_press_sell_two_units(
    desktop: Page, live_server: LiveServer, shelf: Variant
) -> None:
    sign_in(desktop, staff_with(Role.SUPPORT), live_server.url)
    desktop.goto("/admin/till/tillsession/sell/")
    desktop.fill("#id_opening", "50")
    desktop.locator("[name=_open]").click()
    expect(desktop.locator("[name=_sell]")).to_be_visible()

    for units in ("1", "2"):
        desktop.keyboard.type(shelf.sku)
        desktop.keyboard.press("Enter")
        expect(desktop.locator(f"#units-{shelf.pk}")).to_have_value(units)
    expect(desktop.locator(".till__total")).to_contain_text("200.00")
    desktop.locator("#id_tendered").press_sequentially("250")
    expect(desktop.locator(".till__change")).to_contain_text("50.00")
    desktop.locator("[name=_sell]").click()

    expect(desktop.locator(".messagelist")).to_contain_text("50.00")
    assert TillEntry.objects.get().order == Order.objects.get()
    assert shelf.stock_levels.get().on_hand == 3
