"""The back office by keyboard: rows of a list, the list of keys, and the window of the search."""

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.models import Brand
from tests.accounts.factories import UserFactory, house
from tests.browser.test_draft import sign_in
from tests.payments.factories import OrderFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]


@pytest.fixture
def brands(desktop: Page, live_server: LiveServer) -> list[Brand]:
    house()
    user: User = UserFactory.create(is_staff=True, is_superuser=True)
    sign_in(desktop, user, live_server.url)
    return [Brand.objects.create(name=name, slug=name.lower()) for name in ("Alfa", "Beta")]


def test_rows_are_gone_through_chosen_and_opened_by_keys(
    desktop: Page, brands: list[Brand]
) -> None:
    desktop.goto(reverse("admin:catalog_brand_changelist"), wait_until="networkidle")
    rows = desktop.locator("#result_list tbody tr")

    for key in ("j", "j", "k", "j", "x"):
        desktop.keyboard.press(key)
    expect(rows.nth(1).locator("input.action-select")).to_be_checked()
    expect(rows.nth(0).locator("input.action-select")).not_to_be_checked()
    desktop.keyboard.press("?")
    expect(desktop.locator("#keys")).to_be_visible()
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("j")
    desktop.keyboard.press("Enter")

    desktop.wait_for_url(f"**/catalog/brand/{brands[1].pk}/change/**")


def test_the_window_of_the_search_opens_by_keys_and_leads_to_a_page(
    desktop: Page, brands: list[Brand]
) -> None:
    desktop.goto(reverse("admin:index"), wait_until="networkidle")

    desktop.keyboard.press("Control+k")
    desktop.keyboard.type("nuevo pedido")
    expect(desktop.locator("#palette .hits a").first).to_be_visible()
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("Enter")

    desktop.wait_for_url("**/checkout/draft/add/")


def test_an_order_is_found_by_its_number_without_a_click(
    desktop: Page, brands: list[Brand]
) -> None:
    with transaction.atomic():
        order = OrderFactory.create()
    desktop.goto(reverse("admin:index"), wait_until="networkidle")

    desktop.keyboard.press("/")
    desktop.keyboard.type(order.number)
    desktop.keyboard.press("Enter")

    desktop.wait_for_url(f"**/orders/order/{order.pk}/change/")
