"""The product page on a phone and a desktop: what is in sight, and what each press opens."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from playwright.sync_api import Page, expect

from catalog.models import Availability, Category, Product, ProductImage, Variant
from catalog.services import set_availability
from tests.accounts.factories import house
from tests.browser.conftest import DEVICES, NewPage
from tests.catalog.lines import line, load, variant
from tests.checkout.factories import open_shop
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db(transaction=True)
JACKET = "/p/casaca/"
COLOURS = {"red": "#c33", "blue": "#36c"}
SIZES = ("S", "M")
FIRST_VIEW = DEVICES["phone"]["viewport"]["height"]


@pytest.fixture
def jacket(settings: Any, tmp_path: Path) -> Product:
    """In two colours with two pictures each, and a size guide; the small blue one is sold out."""
    settings.MEDIA_ROOT = tmp_path
    rows = [
        variant(f"{colour.upper()}-{size}", color=colour.title(), size=size)
        for colour in COLOURS
        for size in SIZES
    ]
    house()
    load(line("j", slug="casaca", description="Abriga. " * 200, variants=rows))
    open_shop()
    product, warehouse = Product.objects.get(), WarehouseFactory.create()
    for each in Variant.objects.exclude(sku="BLUE-S"):
        stocked(5, variant=each, warehouse=warehouse)
        set_availability(each.pk, Availability.IN_STOCK)
    for colour in COLOURS:
        for number in (1, 2):
            photograph(product, colour, number)
    Category.objects.filter(parent=None).update(
        size_guide_es="Talla; Pecho (cm)\nS; 90–96\nM; 96–102\nMide sobre un polo."
    )
    return product


def photograph(product: Product, colour: str, number: int) -> None:
    Image.new("RGB", (800, 1000), COLOURS[colour]).save(drawn := BytesIO(), "WEBP")
    ProductImage.objects.create(
        product=product,
        picture=default_storage.save(
            f"products/{colour}-{number}.webp", ContentFile(drawn.getvalue())
        ),
        option_key="color",
        value_key=colour,
        position=number,
        alt=f"Casaca {colour}",
    )


def shown(page: Page, place: str) -> str:
    """The colour of the first picture in that place."""
    name = page.locator(f"{place} img").first.get_attribute("src") or ""
    return Path(name).name.split("-")[0]


def add_buttons_in_sight(page: Page) -> int:
    found: int = page.evaluate(
        """() => [...document.querySelectorAll(".button--primary[form=buy]")].filter((each) => {
          const box = each.getBoundingClientRect();
          const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return each.contains(hit);
        }).length"""
    )
    return found


@pytest.mark.parametrize("sku", ["RED-S", "RED-M", "BLUE-M"])
def test_the_chosen_colour_is_the_one_shown_up_to_the_checkout(
    phone: Page, jacket: Product, sku: str
) -> None:
    colour = sku.split("-", maxsplit=1)[0].lower()
    phone.goto(f"{JACKET}?v={sku}")
    phone.locator("#buy .button--primary").click()
    expect(phone.locator("#cart-drawer img")).to_be_visible()
    found = [shown(phone, ".gallery__strip"), shown(phone, "#cart-drawer")]
    phone.goto("/checkout/")

    assert [*found, shown(phone, ".order-line")] == [colour] * 3


def test_the_first_screen_of_a_phone_has_picture_name_price_and_colours(
    phone: Page, jacket: Product
) -> None:
    phone.goto(JACKET)

    for part in (".gallery__strip img", "h1", "#product .price--large", "#product .options"):
        box = phone.locator(part).first.bounding_box()
        assert box, part
        assert box["y"] + box["height"] <= FIRST_VIEW, part
    expect(phone.locator("#product .options").first).to_contain_text("Color")


def test_no_screen_of_a_phone_has_two_buttons_to_add(phone: Page, jacket: Product) -> None:
    phone.goto(JACKET)
    seen = set()
    for top in range(0, phone.evaluate("document.body.scrollHeight"), 120):
        phone.evaluate(f"scrollTo({{ top: {top}, behavior: 'instant' }})")
        phone.wait_for_timeout(80)
        seen.add(add_buttons_in_sight(phone))

    assert seen == {1}


def test_a_tap_opens_the_picture_over_the_page_and_the_link_stays(
    phone: Page, plain: Page, jacket: Product
) -> None:
    phone.goto(JACKET)
    window = phone.locator(".lightbox")
    phone.locator(".gallery__strip a").first.tap()
    expect(window).to_have_attribute("open", "")
    expect(window.locator(".lightbox__count")).to_have_text("1 / 2")
    expect(window.locator("img").first).to_have_attribute("alt", "Casaca red")
    assert phone.url.endswith(JACKET)

    plain.goto(JACKET)
    plain.locator(".gallery__strip a").first.click()
    plain.wait_for_url(re.compile(r"/media/products/red-1.*\.webp$"))


def test_large_pictures_are_swiped_pinched_and_zoomed(phone: Page, jacket: Product) -> None:
    phone.goto(JACKET)
    phone.locator(".gallery__strip a").first.tap()
    fingers = phone.context.new_cdp_session(phone)
    middle = {"x": 195, "y": 420}

    fingers.send("Input.synthesizeScrollGesture", {**middle, "xDistance": -300, "speed": 1500})
    expect(phone.locator(".lightbox__count")).to_have_text("2 / 2")
    picture = phone.locator(".lightbox li").nth(1).locator("img")
    width = picture.evaluate("each => each.offsetWidth")
    picture.dblclick()
    assert picture.evaluate("each => each.offsetWidth") > 2 * width
    phone.get_by_role("button", name="Ampliar").click()
    assert picture.evaluate("each => each.offsetWidth") == width
    fingers.send("Input.synthesizePinchGesture", {**middle, "scaleFactor": 2})

    assert phone.evaluate("visualViewport.scale") > 1.5


def test_a_size_that_is_out_offers_to_tell_and_its_colour_stays_on_sale(
    phone: Page, jacket: Product
) -> None:
    phone.goto(f"{JACKET}?opt_color=blue")
    sizes, colours = phone.locator("#options-size label"), phone.locator("#options-color label")
    expect(sizes.first).to_contain_text("avísame")
    expect(sizes.last).not_to_contain_text("avísame")
    expect(colours.last).not_to_contain_text("agotado")
    set_availability(Variant.objects.get(sku="BLUE-M").pk, Availability.SOLD_OUT)

    phone.goto(f"{JACKET}?opt_color=red&again")

    expect(colours.last).to_contain_text("agotado")
    expect(sizes.first).not_to_contain_text("avísame")


def test_the_size_guide_opens_over_the_page_or_as_a_page(
    phone: Page, plain: Page, jacket: Product
) -> None:
    phone.goto(JACKET)
    phone.get_by_role("link", name="Guía de tallas").click()
    expect(phone.locator("#size-guide td").first).to_have_text("90–96")
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("link", name="Guía de tallas")).to_be_focused()

    plain.goto(JACKET)
    plain.get_by_role("link", name="Guía de tallas").click()
    plain.wait_for_url("**/sizes/")
    expect(plain.locator("main")).to_contain_text("Mide sobre un polo.")


def test_questions_and_the_day_of_a_known_district_are_in_the_first_view_of_a_desktop(
    desktop: Page, jacket: Product, settings: Any
) -> None:
    from constance import config  # noqa: PLC0415 - its values are read in a test only

    config.CONTACT_WHATSAPP = "+51 900 000 000"
    desktop.goto(JACKET)
    desktop.evaluate("localStorage.setItem('district', 'Miraflores, Lima, Lima')")
    desktop.reload()
    told = desktop.locator("#promise summary")
    expect(told).to_contain_text("Miraflores")

    for part in (told, desktop.get_by_role("link", name="Pregunta por este producto")):
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= DEVICES["desktop"]["viewport"]["height"]


def test_a_product_is_shared_by_a_copied_link_or_without_scripts_by_a_plain_one(
    phone: Page, plain: Page, jacket: Product
) -> None:
    phone.goto(JACKET)
    phone.evaluate("Object.defineProperty(navigator, 'share', { value: undefined })")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.get_by_role("link", name="Compartir").click()
    expect(phone.locator("#toasts")).to_contain_text("Enlace copiado")
    assert phone.evaluate("navigator.clipboard.readText()").endswith(JACKET)

    plain.goto(JACKET)
    link = plain.get_by_role("link", name="Compartir")
    expect(link).to_have_attribute("href", re.compile(r"^https://api\.whatsapp\.com/send\?text="))


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_card_grows_into_its_product_except_for_those_who_want_no_motion(
    new_page: NewPage, jacket: Product, motion: Any
) -> None:
    page = new_page("phone")
    page.emulate_media(reduced_motion=motion)
    page.add_init_script(
        "addEventListener('pagereveal', (event) => { self.grew = Boolean(event.viewTransition) })"
    )
    page.goto(f"/c/{jacket.category.slug}/")
    page.locator(".card__link").first.click()
    page.wait_for_url(f"**{JACKET}**")

    assert page.evaluate("self.grew") is (motion == "no-preference")
