"""Cards in a browser: sizes in their sheet, favourites of guests, and both without scripts."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from cart.models import WishlistItem
from catalog.models import Availability, Product, Variant
from catalog.services import set_availability
from tests.accounts.factories import UserFactory, house
from tests.catalog.lines import in_sizes, line, load
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "una-clave-larga-y-rara"


@pytest.fixture
def shelf() -> str:
    """The address of a list with a jacket in two colours and two sizes."""
    house()
    load(line("j", slug="casaca", name="Casaca", variants=in_sizes("SM")))
    warehouse = WarehouseFactory.create()
    for each in Variant.objects.exclude(sku="BLUE-S"):
        stocked(5, variant=each, warehouse=warehouse)
        set_availability(each.pk, Availability.IN_STOCK)
    set_availability(Variant.objects.get(sku="BLUE-S").pk, Availability.SOLD_OUT)
    return reverse("storefront:category", args=[Product.objects.get().category.slug])


@pytest.fixture
def user() -> User:
    user: User = UserFactory.create(email="rosa@example.com")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", "rosa@example.com")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").last.click()


def test_a_size_is_chosen_on_the_card(phone: Page, shelf: str) -> None:
    phone.goto(shelf)
    phone.locator(".card__add").click()
    sheet = phone.locator("#quick-sheet")
    sheet.get_by_role("button", name="Azul").click()
    expect(sheet.get_by_role("button", name=re.compile("^S"))).to_be_disabled()

    sheet.get_by_role("button", name="M", exact=True).click()

    expect(sheet).not_to_have_attribute("open", "")
    expect(phone.locator("#cart-drawer")).to_have_attribute("open", "")
    expect(phone.locator("#cart-drawer .cart-lines")).to_contain_text("Azul")


def test_what_has_just_sold_out_is_told_and_the_list_stays(phone: Page, shelf: str) -> None:
    phone.goto(shelf)
    phone.locator(".card__add").click()
    button = phone.locator("#quick-sheet").get_by_role("button", name="S", exact=True)
    expect(button).to_be_visible()
    Variant.objects.filter(sku="RED-S").update(is_active=False)

    button.click()

    expect(phone.locator(".toast--error")).to_be_visible()
    expect(phone.locator("#cart-drawer")).not_to_have_attribute("open", "")


def test_favourites_of_a_guest_join_the_account(phone: Page, shelf: str, user: User) -> None:
    count, heart = phone.locator("[data-favourites-count]"), phone.locator(".card__heart")
    phone.goto(shelf)
    heart.click()
    expect(phone.locator("#toasts")).to_contain_text("Guardado en tus favoritos.")
    heart.click()
    expect(count).to_be_hidden()
    heart.click()
    expect(count).to_contain_text("1")
    phone.locator(".site-header__favourites").click()
    expect(phone.locator("main .card")).to_have_count(1)
    expect(heart).to_have_attribute("aria-pressed", "true")
    assert not WishlistItem.objects.exists()

    sign_in(phone)
    expect(phone.locator("#me")).to_have_attribute("data-saved", "casaca")
    phone.goto(shelf)

    expect(heart).to_have_attribute("aria-pressed", "true")
    assert phone.evaluate("localStorage.favourites") == "[]"
    assert WishlistItem.objects.get().user == user
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(count).to_be_hidden()
    assert not WishlistItem.objects.exists()


def test_without_scripts_cards_lead_on_and_favourites_ask_to_sign_in(
    plain: Page, shelf: str, user: User
) -> None:
    plain.goto(shelf)
    expect(plain.locator(".card__heart")).to_be_hidden()
    plain.locator(".card__add").click()
    expect(plain).to_have_url(re.compile("/p/casaca/"))

    plain.goto("/favourites/")
    expect(plain.locator("main")).to_contain_text("Sin JavaScript")
    plain.goto("/p/casaca/")
    plain.locator("#wish button").click()
    expect(plain.locator("main")).to_contain_text("Casaca")
    plain.fill("[name=login]", "rosa@example.com")
    plain.fill("[name=password]", PASSWORD)
    plain.locator("main form button[type=submit]").last.click()

    expect(plain).to_have_url(re.compile("/account/wishlist/$"))
    expect(plain.locator("main .card")).to_have_count(1)


def test_without_scripts_a_card_puts_a_product_without_a_choice_into_the_cart(
    plain: Page, chair: Variant
) -> None:
    plain.goto(reverse("storefront:category", args=[chair.product.category.slug]))
    plain.locator(".card__add").click()

    expect(plain.locator("main .cart-lines")).to_contain_text(chair.product.name)
