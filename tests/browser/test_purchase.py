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
from tests.checkout.factories import collect_in_miraflores, deliver_by
from tests.orders.factories import place

pytestmark = pytest.mark.django_db(transaction=True)
MAX_TABS = 80


@pytest.mark.parametrize(
    ("prefix", "javascript"),
    [
        pytest.param("", True, id="es-scripts"),
        pytest.param("/en", False, id="en-no-scripts"),
        pytest.param("/en", True, id="en-scripts", marks=pytest.mark.soak),
        pytest.param("", False, id="es-no-scripts", marks=pytest.mark.soak),
    ],
)
def test_a_guest_on_a_phone_pays(
    new_page: NewPage, chair: Variant, prefix: str, javascript: bool
) -> None:
    """In either language, with and without scripts; the long runs add the other two pairs."""
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
    # The ways of delivery to this district are there once the page has asked for them.
    with desktop.expect_response("**/checkout/quote/"):
        keys.tab()
    expect(desktop.locator(".htmx-request")).to_have_count(0)
    keys.tab_to("[name=shipping]")
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


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_company_gets_its_factura(new_page: NewPage, chair: Variant, javascript: bool) -> None:
    shopper = Shopper(new_page("phone", javascript=javascript))
    shopper.put_in_cart(chair)
    shopper.fill_in_checkout()
    expect(shopper.page.locator("[name=tax_number]")).to_be_hidden()

    shopper.page.locator("[name=receipt][value=factura]").check()
    shopper.page.fill("[name=tax_number]", "20512333797")
    shopper.page.fill("[name=company]", "Quispe S.A.C.")
    shopper.order_button.click()
    shopper.choose_at_the_bank("approve")

    expect(shopper.page.locator("h1")).to_contain_text("PED-")
    order = Order.objects.get()
    assert (order.document_type, order.document_number) == ("ruc", "20512333797")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_who_collects_the_order_is_asked_for_no_address(
    new_page: NewPage, chair: Variant, javascript: bool
) -> None:
    collect_in_miraflores()
    page = new_page("phone", javascript=javascript)
    shopper = Shopper(page)
    shopper.put_in_cart(chair)
    page.goto("/checkout/")
    for name in ("email", "first_name", "last_name", "phone"):
        page.fill(f"[name={name}]", FIELDS[name])

    page.locator("[name=shipping][value=recojo]").check()
    expect(page.locator("[name=street]")).to_be_hidden()
    expect(page.locator("[name=district]")).to_be_hidden()
    page.check("[name=terms]")
    page.locator("[name=payment][value=transfer]").check()
    shopper.order_button.click()

    expect(page.locator("h1")).to_contain_text("PED-")
    assert Order.objects.get().shipping_method_code == "recojo"


def test_what_is_mended_is_not_red_any_more(phone: Page, chair: Variant) -> None:
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    phone.goto("/checkout/")
    phone.fill("[name=district]", "Miraflores, Lima")
    phone.locator("[name=receipt][value=factura]").check()
    phone.locator("[name=shipping][value=olva]").check()
    with phone.expect_response("**/checkout/"):
        shopper.order_button.click()
    mistakes = phone.locator(".field__error, [aria-invalid=true], .error-summary")
    expect(phone.locator(".error-summary li")).not_to_have_count(0)

    for name, value in FIELDS.items():
        phone.fill(f"[name={name}]", value)
    phone.fill("[name=tax_number]", "20512333797")
    phone.fill("[name=company]", "Quispe S.A.C.")
    phone.check("[name=terms]")

    expect(mistakes).to_have_count(0)


def test_a_district_of_several_is_chosen_by_a_button(phone: Page, chair: Variant) -> None:
    Shopper(phone).put_in_cart(chair)
    phone.goto("/checkout/")
    phone.fill("[name=district]", "miraflores")
    phone.locator("[name=district]").blur()

    phone.get_by_role("button", name="Miraflores, Lima, Lima").click()

    expect(phone.locator("[name=district]")).to_have_value("Miraflores, Lima, Lima")
    expect(phone.locator("[name=shipping][value=olva]")).to_be_visible()


def test_a_returning_shopper_orders_with_one_press(desktop: Page, chair: Variant) -> None:
    user = UserFactory.create(first_name="Ana", last_name="Quispe")
    lima = {"district": "Miraflores", "city": "Lima", "ubigeo": "150122", "country": "PE"}
    Address.objects.create(
        user=user, recipient="Ana", street="Av. Larco 123", phone="+51987654321", **lima
    )
    place(customer=user, shipping_method_code="olva", payment_method_code="transfer")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    desktop.goto("/account/login/")
    desktop.fill("[name=login]", user.email)
    desktop.fill("[name=password]", PASSWORD)
    desktop.locator("main form button[type=submit]").last.click()
    desktop.wait_for_url("**/")
    shopper = Shopper(desktop)
    shopper.put_in_cart(chair)
    desktop.goto("/checkout/")

    expect(desktop.locator("[name=street]")).to_be_hidden()
    expect(shopper.order_button).to_contain_text("Pagar S/")
    shopper.order_button.click()

    expect(desktop.locator("h1")).to_contain_text("PED-")
    assert Order.objects.filter(customer=user).count() == 2


class Keyboard:
    """Reaches things by Tab alone, and counts."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.tabs = 0

    def tab(self) -> None:
        self._page.keyboard.press("Tab")
        self.tabs += 1

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
