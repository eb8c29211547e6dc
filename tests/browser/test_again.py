"""Pressing twice, going back, two tabs: one cart becomes one order."""

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Variant
from orders.models import Order
from payments.models import LedgerEntry, Payment
from tests.browser.conftest import NewPage
from tests.browser.steps import Shopper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_double_click_orders_once(new_page: NewPage, chair: Variant, javascript: bool) -> None:
    shopper = Shopper(new_page("phone", javascript=javascript))
    shopper.put_in_cart(chair)
    shopper.fill_in_checkout()

    shopper.order_button.dblclick()
    shopper.choose_at_the_bank("approve")

    expect(shopper.page.locator("h1")).to_contain_text("PED-")
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def test_going_back_after_paying_pays_nothing_again(phone: Page, chair: Variant) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)
    shopper.choose_at_the_bank("approve")
    expect(phone.locator("h1")).to_contain_text("PED-")

    phone.go_back()
    expect(phone.locator("button[value=approve]")).to_have_count(0)
    phone.go_back()

    expect(phone.locator("#checkout")).to_have_count(0)
    expect(phone.locator("main .empty")).to_be_visible()
    assert (Order.objects.count(), LedgerEntry.objects.count()) == (1, 1)


def test_the_second_tab_finds_the_cart_ordered(phone: Page, chair: Variant) -> None:
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    other = Shopper(phone.context.new_page())
    other.fill_in_checkout()
    shopper.fill_in_checkout()
    shopper.order_button.click()
    shopper.choose_at_the_bank("approve")

    other.order_button.click()

    expect(other.page.get_by_role("alert").first).to_contain_text("Si ya hiciste tu pedido")
    assert Order.objects.count() == 1
    assert chair.stock_levels.get().committed == 1
