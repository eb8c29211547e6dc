"""Nobody buys the first size by accident: the page asks for it, with and without scripts."""

import pytest
from playwright.sync_api import Locator, Page, expect

from catalog.models import Availability, Product, Variant
from catalog.services import set_availability
from tests.accounts.factories import house
from tests.browser.conftest import NewPage
from tests.catalog.lines import in_sizes, line, load
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db(transaction=True)
JACKET = "/p/casaca/"


@pytest.fixture
def jacket() -> Product:
    house()
    load(line("j", slug="casaca", description="Abriga. " * 200, variants=in_sizes("SM")))
    warehouse = WarehouseFactory.create()
    for each in Variant.objects.all():
        stocked(5, variant=each, warehouse=warehouse)
        set_availability(each.pk, Availability.IN_STOCK)
    return Product.objects.get()


def button(page: Page) -> Locator:
    return page.locator("#buy .button--primary")


def in_cart(page: Page) -> str:
    page.goto("/cart/")
    return page.locator("main .cart-lines").inner_text()


def test_the_bar_stands_in_for_the_button_and_asks_for_the_size(
    phone: Page, jacket: Product
) -> None:
    phone.set_viewport_size({"width": 390, "height": 500})
    phone.goto(JACKET)
    bar = phone.locator(".buy-bar")
    expect(bar).to_contain_text("Elige tu talla")

    bar.get_by_role("button").click()
    expect(phone.locator("#options-size-error")).to_be_visible()
    expect(phone.locator("#option-talla-1")).to_be_focused()
    button(phone).scroll_into_view_if_needed()
    expect(bar).to_be_hidden()
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(bar).to_be_visible()


def test_a_size_is_chosen_and_bought(phone: Page, jacket: Product) -> None:
    phone.goto(JACKET)
    expect(button(phone)).to_have_accessible_name("Elige tu talla")
    less = phone.locator("#buy [data-step='-1']")
    expect(less).to_be_disabled()

    phone.locator("label", has_text="Azul").click()
    phone.wait_for_url("**?opt_color=blue")
    phone.locator("label", has_text="M").last.click()
    phone.wait_for_url("**?v=BLUE-M")
    expect(button(phone)).to_have_accessible_name("Agregar al carrito")
    expect(phone.locator("#option-talla-2")).to_be_focused()
    expect(less).to_be_disabled()
    button(phone).click()
    expect(phone.locator("#cart-drawer")).to_contain_text("Azul")

    assert "Azul · M" in in_cart(phone)


def test_without_scripts_the_form_says_what_is_missing(new_page: NewPage, jacket: Product) -> None:
    page = new_page("phone", javascript=False)
    page.goto(JACKET)
    expect(page.locator(".buy-bar")).to_be_hidden()
    page.locator("label", has_text="Azul").click()
    page.fill("[name=quantity]", "2")

    button(page).click()
    expect(page.locator("#options-size-error")).to_be_visible()
    expect(page.locator("#option-talla-1")).to_be_focused()
    expect(page.locator("[name=quantity]")).to_have_value("2")
    page.locator("label", has_text="M").last.click()
    button(page).click()
    page.wait_for_url("**/cart/")

    assert "Azul · M" in in_cart(page)
    expect(page.locator("main [type=number]")).to_have_value("2")
