"""From a product's page to the paid order, by hand and by keyboard, as guest and signed in."""

from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from accounts.models import Address
from catalog.models import Variant
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from tests.accounts.factories import PASSWORD, UserFactory
from tests.browser.conftest import NewPage
from tests.browser.steps import FIELDS, Shopper
from tests.checkout.factories import deliver_by

pytestmark = pytest.mark.django_db(transaction=True)
MAX_TABS = 90


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["es", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_guest_on_a_phone_pays(
    new_page: NewPage, chair: Variant, prefix: str, javascript: bool
) -> None:
    shopper = Shopper(new_page("phone", javascript=javascript), prefix)

    shopper.order(chair)
    shopper.choose_at_the_bank("approve")

    expect(shopper.page.locator("h1")).to_contain_text("PED-")
    order = Order.objects.get()
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    level = chair.stock_levels.get()
    assert (level.on_hand, level.committed, level.reserved) == (5, 1, 0)


def test_who_signs_in_on_the_way_keeps_the_cart_and_finds_the_order_in_the_account(
    phone: Page, chair: Variant
) -> None:
    user = UserFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    phone.goto("/checkout/")
    phone.locator("main a[href*='/account/login/']").click()
    phone.fill("[name=login]", user.email)
    phone.fill("[name=password]", PASSWORD)
    phone.locator("main form button[type=submit]").last.click()

    expect(phone.locator("[name=email]")).to_have_value(user.email)
    shopper.fill_in_checkout()
    shopper.order_button.click()
    shopper.choose_at_the_bank("approve")
    phone.goto("/account/orders/")

    order = Order.objects.get()
    assert (order.customer, order.payment_status) == (user, PaymentStatus.PAID)
    expect(phone.locator("main")).to_contain_text(order.number)
    assert Address.objects.get(user=user).street == FIELDS["street"]


def test_the_keyboard_alone_is_enough(desktop: Page, chair: Variant) -> None:
    deliver_by("bus", "Bus", Decimal("15.00"))
    keys = Keyboard(desktop)
    desktop.goto(f"/p/{chair.product.slug}/")

    keys.tab_to("form[action*='cart/add'] button[type=submit]")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#cart-drawer")).to_have_attribute("open", "")
    keys.tab_to("#cart-drawer a[href$='/checkout/']")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/checkout/")
    for name, value in FIELDS.items():
        keys.tab_to(f"[name={name}]")
        desktop.keyboard.type(value)
    keys.tab_to("[name=shipping]")
    # What the district costs is being asked: its answer draws the choices again.
    expect(desktop.locator(".htmx-request")).to_have_count(0)
    with desktop.expect_response("**/checkout/quote/"):
        desktop.keyboard.press("ArrowDown")
    expect(desktop.locator("#press")).to_be_visible()
    expect(desktop.locator("[name=shipping]:checked")).to_be_focused()
    keys.tab_to("[name=payment]")
    keys.press_until("ArrowDown", "[name=payment][value=card]")
    keys.tab_to("[name=terms]")
    desktop.keyboard.press("Space")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/pay/*")
    keys.tab_to("button[value=approve]")
    desktop.keyboard.press("Enter")

    expect(desktop.locator("h1")).to_contain_text("PED-")
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    assert keys.tabs <= MAX_TABS


class Keyboard:
    """Reaches things by Tab alone, and counts."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.tabs = 0

    def tab_to(self, selector: str) -> None:
        self.tabs += self.press_until("Tab", selector)

    def press_until(self, key: str, selector: str) -> int:
        """Gives how often the key had to be pressed until that has the focus."""
        presses = 0
        while not self._page.evaluate("it => document.activeElement.matches(it)", selector):
            assert presses <= MAX_TABS, f"{selector} is not within reach"
            self._page.keyboard.press(key)
            presses += 1
        return presses
