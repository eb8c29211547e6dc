"""What shoppers do beside buying, in a browser: each flow once, on the demo shop."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from post_office.models import Email

from tests.browser.demo import Shop
from tests.browser.demo import shop as shop  # noqa: PLC0414 - a fixture
from tests.browser.demo import walk as walk  # noqa: PLC0414 - a fixture
from tests.browser.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.empties_tables]
PRODUCT = "/p/cable-de-red-cat-6/"
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
    expect(page.locator("#cart .sums__saving")).to_be_visible()
    expect(page.locator("#coupon-code")).to_have_value("BIENVENIDO10")


def test_a_product_is_saved_for_later(member: Page) -> None:
    member.goto(PRODUCT)
    member.get_by_role("button", name="Guardar para después").click()
    expect(member.locator("#wish")).to_contain_text("Guardado")

    member.get_by_role("link", name="Ver mi lista").click()

    expect(member.locator("main")).to_contain_text("Cable de red")


def test_two_products_stand_side_by_side(page: Page) -> None:
    page.goto("/p/sofa-miel-de-cuero-3-cuerpos/")
    page.locator("[data-compare]").click()
    page.get_by_role("link", name=re.compile("^Sofá")).last.click()

    expect(page.locator("table.compare thead th[scope=col]")).to_have_count(2)


def test_the_language_and_the_colours_stay_as_they_were_chosen(page: Page) -> None:
    page.goto(PRODUCT)
    page.locator(".site-header__language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith(f"/en{PRODUCT}")

    page.locator("[data-theme-choice=dark]").click()
    page.goto("/en/cart/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_account_is_opened_and_its_password_set_anew(page: Page) -> None:
    page.goto("/account/signup/")
    page.fill("[name=email]", "nueva@example.com")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.locator("main form button[type=submit]").last.click()
    page.goto(_link_in_mail("nueva@example.com"))
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).not_to_contain_text("no es válido")

    page.goto("/account/password/reset/")
    page.fill("[name=email]", "nueva@example.com")
    page.locator("main form button[type=submit]").last.click()
    page.goto(_link_in_mail("nueva@example.com"))
    page.fill("[name=password1]", f"{PASSWORD}-2")
    page.fill("[name=password2]", f"{PASSWORD}-2")
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
