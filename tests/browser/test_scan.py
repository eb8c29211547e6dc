"""Scanning at the back office's tables: no reload, and the phone's camera where it reads codes."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.models import Variant
from inventory.models import StockCount, StockLevel
from tests.accounts.factories import UserFactory, house
from tests.browser.test_draft import sign_in
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory

pytestmark = pytest.mark.django_db(transaction=True)
# A camera that sees nothing, and a reader that finds the same code in it again and again.
CAMERA = """
  const nothing = () => document.createElement("canvas").captureStream();
  navigator.mediaDevices.getUserMedia = async () => nothing();
  window.BarcodeDetector = class { async detect() { return [{ rawValue: "SILLA" }]; } };
"""


@pytest.fixture
def count(settings: Any) -> StockCount:
    """Of a warehouse with one kind of chair."""
    settings.DEMO = True
    warehouse = WarehouseFactory.create(seller=house())
    variant: Variant = VariantFactory.create(sku="SILLA")
    StockLevel.objects.create(variant=variant, warehouse=warehouse)
    found = StockCount.objects.create(warehouse=warehouse)
    found.lines.create(variant=variant, expected=0)
    return found


def opened(page: Page, count: StockCount, shop: str) -> None:
    user: User = UserFactory.create(is_staff=True, is_superuser=True)
    sign_in(page, user, shop)
    page.goto(f"/admin/inventory/stockcount/{count.pk}/change/")


def test_scans_are_counted_in_their_order_without_a_reload(
    desktop: Page, live_server: LiveServer, count: StockCount
) -> None:
    opened(desktop, count, live_server.url)
    desktop.evaluate("window.isTheSame = true")

    for code in ("SILLA", "NADA", "SILLA"):
        desktop.fill("[data-scan]", code)
        desktop.press("[data-scan]", "Enter")

    expect(desktop.locator(".packing__told")).to_have_text("SILLA: 2.")
    expect(desktop.locator("[data-scan]")).to_be_focused()
    assert desktop.evaluate("window.isTheSame")
    assert count.lines.get().counted == 2


def test_the_camera_counts_what_it_sees_once(
    phone: Page, live_server: LiveServer, count: StockCount
) -> None:
    phone.add_init_script(CAMERA)
    opened(phone, count, live_server.url)

    phone.click("[data-camera-open]")
    expect(phone.locator(".packing__told")).to_have_text("SILLA: 1.")
    phone.click("[data-camera-open]")

    expect(phone.locator("video")).to_be_hidden()
    assert count.lines.get().counted == 1


def test_without_scripts_a_scan_is_a_form(
    plain: Page, live_server: LiveServer, count: StockCount
) -> None:
    opened(plain, count, live_server.url)

    plain.fill("[data-scan]", "NADA")
    plain.press("[data-scan]", "Enter")

    expect(plain.locator(".packing__told--error")).to_be_visible()
    expect(plain.locator("[data-camera]")).to_be_hidden()
