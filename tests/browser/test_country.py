"""Another country in the checkout: its fields, its ways to pay, and nothing typed is lost."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Variant
from orders.models import Order, OrderAddress
from payments.models import PaymentMethod
from tests.browser.conftest import NewPage
from tests.browser.steps import FIELDS, Shopper
from tests.checkout.factories import deliver_abroad

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(chair: Variant) -> Variant:
    """A shop that delivers to Chile too, where bank transfers of Peru are no way to pay."""
    deliver_abroad("CL")
    PaymentMethod.objects.filter(code="transfer").update(countries=["PE"])
    return chair


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_shopper_moves_the_order_to_chile(
    new_page: NewPage, shop: Variant, javascript: bool
) -> None:
    shopper = Shopper(new_page("phone", javascript=javascript), prefix="/en")
    page = shopper.page
    shopper.put_in_cart(shop)
    shopper.fill_in_checkout()
    page.locator("[name=payment][value=transfer]").check()

    page.select_option("[name=country]", "CL")
    if not javascript:
        shopper.order_button.click()

    expect(page.locator("select[name=region]")).to_be_visible()
    expect(page.get_by_text("is not for orders to Chile")).to_be_visible()
    assert page.input_value("[name=street]") == FIELDS["street"]
    assert page.input_value("[name=email]") == FIELDS["email"]
    assert page.locator("[name=payment]:checked").count() == 0
    _write_chile(page)
    if not javascript:
        shopper.order_button.click()
    expect(page.locator("[name=shipping][value=olva]")).to_be_checked()
    page.locator(".ordered > summary").click()
    expect(page.locator("#summary").get_by_text("No tax on deliveries to Chile")).to_be_visible()
    page.locator("[name=payment][value=card]").check()
    shopper.order_button.click()
    page.wait_for_url("**/pay/**")

    order = Order.objects.get()
    assert (order.phone, order.tax_total) == ("+56987654321", Decimal(0))
    assert set(OrderAddress.objects.values_list("country", "city")) == {("CL", "Ñuñoa")}


def _write_chile(page: Page) -> None:
    page.fill("[name=phone]", "9 8765 4321")
    page.fill("[name=city]", "Ñuñoa")
    page.select_option("[name=region]", "Metropolitana de Santiago")
