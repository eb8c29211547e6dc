"""What shoppers do beside buying, in a browser: each flow once, on the demo shop."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from post_office.models import Email

from tests.browser.demo import Shop
from tests.browser.walk import PHONE, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.empties_tables]
PRODUCT = "/p/cable-de-red-cat-6/?v=CABLE-RED-CAT6-2M"
PASSWORD = "una-clave-larga-y-nueva"


@pytest.fixture
def page(walk: Walk) -> Page:
    """A phone that nobody has signed in on."""
    walk.page.set_viewport_size({"width": 390, "height": 844})
    return walk.page


@pytest.fixture
def member(page: Page, shop: Shop) -> Page:
    """The same in the hands of a customer who has bought before."""
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": shop.session, "url": shop.url}]
    )
    return page


def test_a_coupon_takes_its_part_off(page: Page) -> None:
    page.goto(PRODUCT)
    page.locator("#buy button.button--primary").click()
    expect(page.locator("#cart-drawer")).to_have_attribute("open", "")
    page.goto("/cart/")
    page.locator("#cart details summary").click()

    page.fill("#coupon-code", "NO-EXISTE")
    page.locator("#cart form[action*=coupon] button").click()
    expect(page.locator("#coupon-word")).to_be_visible()
    expect(page.locator("#coupon-code")).to_have_value("NO-EXISTE")

    page.fill("#coupon-code", "BIENVENIDO10")
    page.locator("#cart form[action*=coupon] button").click()
    expect(page.locator("#cart .sums__saving", has_text="BIENVENIDO10")).to_be_visible()
    expect(page.locator("#coupon-code")).to_have_value("BIENVENIDO10")


def test_a_product_is_saved_for_later(member: Page) -> None:
    member.goto(PRODUCT)
    expect(member.locator("#me[data-saved]")).to_be_attached(timeout=15_000)
    # What the answer has changed in the head may still move the button away from a press.
    member.wait_for_load_state("networkidle")
    heart = member.locator("#wish button")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(member.locator("#toasts")).to_contain_text("Guardado en tus favoritos.")

    member.locator(".site-header__favourites").click()

    expect(member).to_have_url(re.compile("/account/wishlist/$"))
    expect(member.locator("main")).to_contain_text("Cable de red")


def test_two_products_stand_side_by_side(page: Page) -> None:
    columns = page.locator(".compare thead th[scope=col]")
    tray = page.locator("#compare-tray")
    page.goto("/compare/")
    expect(page.locator("main")).to_contain_text("Aún no hay nada que comparar")
    for slug in ("sofa-miel-de-cuero-3-cuerpos", "sofa-barranco-capitone-3-cuerpos"):
        page.goto(f"/p/{slug}/")
        page.locator("[data-compare]").click()
        expect(page).to_have_url(re.compile(f"/p/{slug}/$"))
    expect(tray).to_contain_text("2")
    expect(tray.locator("img")).to_have_count(2)
    page.goto("/c/polos/")
    tray.get_by_role("link").click()
    expect(columns).to_have_count(2)
    same = page.locator(".compare__same")
    expect(same).not_to_have_count(0)
    page.get_by_role("link", name="Solo diferencias").click()
    expect(same).to_have_count(0)
    page.get_by_role("link", name="Volver a Sofás").click()
    expect(tray).to_contain_text("2")

    page.goto("/compare/")
    expect(columns).to_have_count(2)
    for left in (1, 0):
        page.locator(".compare").get_by_role("link", name=re.compile("^Quitar")).first.click()
        expect(columns).to_have_count(left)
    page.goto("/")
    expect(tray).to_be_hidden()


def test_large_pictures_lie_over_the_page_and_give_the_focus_back(walk: Walk) -> None:
    page = walk.page
    page.goto("/p/sofa-miel-de-cuero-3-cuerpos/")
    links, window = page.locator(".gallery__strip a"), page.locator(".lightbox")
    links.first.focus()

    page.keyboard.press("Enter")
    expect(window).to_have_attribute("open", "")
    expect(window.locator(".lightbox__count")).to_have_text("1 / 3")
    walk.look("large pictures")
    page.keyboard.press("ArrowRight")
    expect(window.locator(".lightbox__count")).to_have_text("2 / 3")
    window.locator("[data-turn='1']").click()
    expect(window.locator(".lightbox__count")).to_have_text("3 / 3")
    window.locator("[data-turn='1']").click()
    expect(window.locator(".lightbox__count")).to_have_text("1 / 3")
    page.keyboard.press("Escape")

    expect(window).not_to_have_attribute("open", "")
    expect(links.first).to_be_focused()
    assert page.url.endswith("/p/sofa-miel-de-cuero-3-cuerpos/")


def test_the_menu_of_a_phone_has_the_whole_tree(walk: Walk) -> None:
    page = walk.page
    walk.resize(PHONE)
    page.goto("/")

    page.locator("[data-dialog=menu]").click()
    menu = page.locator("#menu")
    menu.get_by_text("Muebles", exact=True).click()
    walk.look("menu", on_phones=True)
    page.keyboard.press("Escape")
    expect(page.locator("[data-dialog=menu]")).to_be_focused()
    page.keyboard.press("Enter")
    menu.get_by_role("link", name="Sofás y butacas", exact=True).click()

    page.wait_for_url("**/c/sofas/")


def test_the_shelves_of_a_family_open_by_keyboard_and_by_pointer(walk: Walk) -> None:
    page = walk.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")
    button = page.get_by_role("button", name="Categorías de Muebles")
    shelf = page.locator(".site-nav__panel").get_by_role("link", name="Sofás y butacas", exact=True)

    button.focus()
    page.keyboard.press("Enter")
    expect(shelf).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(shelf).to_be_hidden()
    expect(button).to_be_focused()
    page.locator(".site-nav").get_by_role("link", name="Muebles", exact=True).hover()
    expect(shelf).to_be_visible()
    shelf.click()

    page.wait_for_url("**/c/sofas/")


def test_the_language_and_the_colours_stay_as_they_were_chosen(page: Page) -> None:
    page.goto(PRODUCT)
    page.locator("[data-dialog=menu]").click()
    page.locator("#menu").get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith(f"/en{PRODUCT}")

    page.locator("[data-dialog=menu]").click()
    page.locator("#menu [data-theme-choice=dark]").click()
    page.goto("/en/cart/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_account_is_opened_and_its_password_set_again(page: Page) -> None:
    page.goto("/account/signup/")
    page.fill("[name=first_name]", "Rosa")
    page.fill("[name=last_name]", "Flores")
    page.fill("[name=email]", "nueva@example.com")
    page.fill("[name=password1]", PASSWORD)
    page.get_by_role("button", name="Mostrar contraseña").click()
    expect(page.locator("[name=password1]")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Ocultar contraseña").click()
    expect(page.locator("[name=password1]")).to_have_attribute("type", "password")
    page.locator("main form button[type=submit]").last.click()
    page.goto(_link_in_mail("nueva@example.com"))
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).not_to_contain_text("no es válido")

    page.goto("/account/password/reset/")
    page.fill("[name=email]", "nueva@example.com")
    page.locator("main form button[type=submit]").last.click()
    page.goto(_link_in_mail("nueva@example.com"))
    page.fill("[name=password1]", f"{PASSWORD}-2")
    page.locator("main form button[type=submit]").last.click()
    page.goto("/account/login/")
    page.fill("[name=login]", "nueva@example.com")
    page.fill("[name=password]", f"{PASSWORD}-2")
    page.locator("main form button[type=submit]").last.click()

    page.goto("/account/orders/")
    expect(page).to_have_url(re.compile("/account/orders/$"))


def test_a_review_is_written_with_a_photo(member: Page, shop: Shop) -> None:
    member.goto(f"/p/{shop.bought}/review/")
    member.locator("[name=rating][value='4']").check()
    member.fill("[name=comment]", "Llegó a tiempo y funciona como dice.")
    photo = FilePayload(name="foto.jpg", mimeType="image/jpeg", buffer=_photo())
    member.set_input_files("[name=photos]", photo)
    member.locator("main form button[type=submit]").click()

    expect(member.locator(".notice--success")).to_be_visible()


def test_a_return_is_asked_for(member: Page, shop: Shop) -> None:
    member.goto(f"/orders/{shop.delivered}/return/")
    member.locator(".return-line select").first.select_option("1")
    member.locator("[name=reason]").select_option(index=1)
    member.locator("main form button[type=submit]").click()

    expect(member.locator(".notice--success")).to_be_visible()


def test_a_seller_applies(page: Page) -> None:
    page.goto("/sell/")
    page.fill("[name=shop_name]", "Tejidos del Sur")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    expect(page.locator("[name=shop_name]")).to_have_value("Tejidos del Sur")

    page.locator("[name=document_type]").select_option("ruc")
    page.fill("[name=document_number]", "20100070970")
    page.fill("[name=contact_name]", "Julia Mamani")
    page.fill("[name=email]", "julia@example.com")
    page.fill("[name=phone]", "987654321")
    page.fill("[name=goods]", "Mantas y chalinas de alpaca")
    page.check("[name=accepts_terms]")
    page.locator("main form button[type=submit]").last.click()

    expect(page.locator("main")).to_contain_text("Gracias")


def _link_in_mail(to: str) -> str:
    """The address in the latest mail to somebody, as on this server."""
    mail = Email.objects.filter(to=to).latest("pk")
    found = re.search(r"https?://[^/\s]+(/account/\S+)", mail.message)
    assert found, mail.message
    return found[1]


def _photo() -> bytes:
    Image.new("RGB", (400, 300), "#8a9").save(drawn := BytesIO(), "JPEG")
    return drawn.getvalue()
