"""The place of delivery and the menus, in a browser, with and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DEVICES
from tests.browser.demo import Shop
from tests.browser.walk import PHONE, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.empties_tables]
PRODUCT = "/p/cable-de-red-cat-6/?v=CABLE-RED-CAT6-2M"
MIRAFLORES = "Miraflores, Lima, Lima"


@pytest.fixture
def plain_phone(shop: Shop, chromium: Browser) -> Iterator[Page]:
    """A phone without scripts in front of the demo shop."""
    context = chromium.new_context(
        base_url=shop.url, java_script_enabled=False, locale="es-PE", **DEVICES["phone"]
    )
    yield context.new_page()
    context.close()


def test_a_place_that_is_named_once_is_known_everywhere(walk: Walk) -> None:
    page = walk.page
    walk.resize(PHONE)
    page.goto("/c/sofas/")
    chip, dates = page.locator(".place-chip"), page.locator("[data-arrives]")
    height = page.locator(".card-grid").evaluate("grid => grid.offsetHeight")

    chip.click()
    walk.look("place", on_phones=True)
    page.fill("#id_place_district", "miraflores")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=MIRAFLORES).click()
    expect(page.locator("#place")).not_to_have_attribute("open", "")
    expect(chip).to_be_focused()
    expect(chip).to_contain_text("Miraflores")
    expect(dates.first).to_contain_text("Llega")
    assert page.locator(".card-grid").evaluate("grid => grid.offsetHeight") == height

    page.goto(PRODUCT)
    expect(page.locator("#promise")).to_contain_text("Llega a Miraflores")
    page.locator("#buy button.button--primary").click()
    expect(page.locator("#cart-drawer")).to_contain_text("Envío a Miraflores")
    page.goto("/cart/")
    expect(page.locator("#cart")).to_contain_text("Envío a Miraflores")
    page.goto("/checkout/")
    expect(page.locator("#id_district")).to_have_value(MIRAFLORES)

    page.goto("/cart/")
    page.locator(".cart-delivery [data-dialog]").click()
    page.get_by_role("button", name="Olvidar este lugar").click()
    expect(chip).to_contain_text("¿Dónde entregamos?")
    expect(page.locator("#cart")).not_to_contain_text("Envío a Miraflores")


def test_enter_in_another_field_chooses_none_of_several_districts(walk: Walk) -> None:
    page = walk.page
    page.goto(PRODUCT)
    page.locator("#buy button.button--primary").click()
    expect(page.locator("#cart-drawer")).to_be_visible()
    page.goto("/checkout/")
    page.fill("[name=district]", "Miraflores")
    page.locator("[name=district]").blur()
    expect(page.locator("#candidates button").first).to_be_visible()

    with page.expect_navigation():
        page.locator("[name=street]").press("Enter")

    expect(page.locator("[name=district]")).to_have_value("Miraflores")
    expect(page.locator("#candidates button").first).to_be_visible()

    page.goto("/c/sofas/")
    page.locator(".place-chip").click()
    page.fill("#id_place_district", "miraflores")
    page.locator("#id_place_district").press("Enter")
    expect(page.locator("#place-form [name=ubigeo]").first).to_be_visible()
    page.locator("#id_place_district").press("Enter")

    expect(page.locator("#place-form [name=ubigeo]").first).to_be_visible()
    expect(page.locator("#place-form")).to_be_visible()


def test_a_district_asked_for_on_a_product_is_the_place(walk: Walk) -> None:
    page = walk.page
    page.goto(PRODUCT)
    page.locator("#promise summary").click()
    page.fill("#id_district", MIRAFLORES)
    page.locator("#promise form button").click()

    expect(page.locator(".place-chip")).to_contain_text("Miraflores")
    page.locator("#buy button.button--primary").click()
    expect(page.locator("#cart-drawer")).to_contain_text("Envío a Miraflores")


def test_the_place_and_the_menu_are_pages_without_scripts(plain_phone: Page) -> None:
    page = plain_phone
    page.goto("/kits/")
    page.locator(".site-header__menu").click()
    page.get_by_role("link", name="Sofás y butacas", exact=True).click()
    expect(page).to_have_url(re.compile("/c/sofas/$"))

    page.locator(".place-chip").click()
    page.fill("[name=district]", "miraflores")
    page.get_by_role("button", name="Ver fechas y precios").click()
    page.get_by_role("button", name=MIRAFLORES).click()
    expect(page).to_have_url(re.compile("/c/sofas/$"))

    page.goto(PRODUCT)
    page.locator("#buy button.button--primary").click()
    expect(page.locator("main")).to_contain_text("Envío a Miraflores")


def test_one_slim_row_of_the_header_stays_on_phones(walk: Walk) -> None:
    page = walk.page
    walk.resize(PHONE)
    page.goto("/c/sofas/")
    rows = [page.locator(row).bounding_box() for row in (".site-header__bar", ".site-header__find")]
    heights = [row["height"] for row in rows if row]

    page.evaluate("scrollTo({ top: 900, behavior: 'instant' })")

    assert heights[0] <= 56
    assert heights[1] <= 48
    for part in (".site-header__menu", ".site-header__cart"):
        expect(page.locator(part)).to_be_in_viewport()
    expect(page.locator(".site-header__search")).not_to_be_in_viewport()


def test_arrow_down_leads_into_the_categories_of_a_family(walk: Walk) -> None:
    page = walk.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")

    page.locator(".site-nav").get_by_role("link", name="Muebles", exact=True).focus()
    page.keyboard.press("ArrowDown")

    panel = page.locator(".site-nav__panel")
    expect(panel.get_by_role("link", name="Sala", exact=True)).to_be_focused()
    expect(panel.locator(".menu__promoted")).to_be_visible()
    walk.look("categories of a family")
