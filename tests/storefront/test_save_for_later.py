"""The wishlist: the button on the product's page, the visitor who signs in first, the list."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from cart import wishlist
from cart.models import WishlistItem
from catalog.models import Availability, Product, Variant
from catalog.services import set_availability
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
LIST = "/account/wishlist/"
PASSWORD = "una-clave-larga-y-rara"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user() -> User:
    user: User = UserFactory.create(email="rosa@example.com")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def shopper(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def variant() -> Variant:
    return VariantFactory.create(product__name="Sofá Lima", product__slug="sofa-lima")


def save(client: Client, variant: Variant, **headers: str) -> str:
    """Press the button; gives what the shopper sees next."""
    answer = client.post(
        "/save-for-later/", {"variant": variant.sku}, headers=headers or None, follow=True
    )
    return answer.content.decode()


def test_the_button_saves_the_variant_once_however_often_it_is_pressed(
    shopper: Client, user: User, variant: Variant
) -> None:
    save(shopper, variant)
    page = save(shopper, variant)

    assert f"/p/sofa-lima/?v={variant.sku}" in page
    item = WishlistItem.objects.get()
    assert (item.user, item.variant) == (user, variant)


def test_htmx_gets_the_button_back_with_what_came_of_it(shopper: Client, variant: Variant) -> None:
    fragment = save(shopper, variant, **HTMX)

    assert LIST in fragment
    assert "<html" not in fragment
    assert "<button" not in fragment


def test_the_products_page_asks_and_who_saved_it_is_told(
    shopper: Client, client: Client, user: User, variant: Variant
) -> None:
    page = shopper.get("/p/sofa-lima/").content.decode()
    question = f"/save-for-later/?variant={variant.sku}"
    before = shopper.get(question, headers=HTMX)
    wishlist.save(user, variant.pk)
    after = shopper.get(question, headers=HTMX)
    stranger = Client().get(question, headers=HTMX)

    assert f'data-hx-get="{question}"' in page
    assert (before.status_code, stranger.status_code) == (204, 204)
    assert LIST in after.content.decode()
    assert "<button" not in after.content.decode()
    assert question not in after.content.decode()
    assert "no-store" in after["Cache-Control"]


def test_each_variant_is_asked_about_by_itself(
    shopper: Client, user: User, variant: Variant
) -> None:
    other = VariantFactory.create(product=variant.product)
    wishlist.save(user, variant.pk)

    assert shopper.get(f"/save-for-later/?variant={other.sku}").status_code == 204
    assert shopper.get("/save-for-later/?variant=nada").status_code == 404


def test_a_visitor_is_asked_to_sign_in_and_then_it_is_saved(
    client: Client, user: User, variant: Variant
) -> None:
    asked = client.post("/save-for-later/", {"variant": variant.sku})
    before = WishlistItem.objects.count()
    typed = {"login": user.email, "password": PASSWORD}
    page = client.post(asked["Location"], typed, follow=True)

    assert before == 0
    assert page.redirect_chain[-1][0] == LIST
    assert "Sofá Lima" in page.content.decode()
    assert WishlistItem.objects.get().user == user


def test_the_pages_of_signing_in_say_why_and_what_is_kept(client: Client, variant: Variant) -> None:
    why = "Sign in or create an account to save “Sofá Lima”. We keep it for you meanwhile."
    before = client.get("/en/account/login/").text
    asked = client.post("/en/save-for-later/", {"variant": variant.sku})

    login, sign_up = client.get(asked["Location"]).text, client.get("/en/account/signup/").text

    assert "to save" not in before
    assert why in login
    assert why in sign_up


def test_whatever_page_somebody_signs_in_from_what_they_wanted_is_saved_and_said(
    client: Client, user: User, variant: Variant
) -> None:
    other = VariantFactory.create(product__name="Mesa Puno")
    gone = VariantFactory.create()
    for each in (variant, other, gone, variant):
        client.post("/save-for-later/", {"variant": each.sku})
    Variant.objects.filter(pk=gone.pk).delete()

    typed = {"login": user.email, "password": PASSWORD}
    page = client.post("/en/account/login/", typed, follow=True)

    assert set(wishlist.wanted_by(user)) == {variant, other}
    assert "Saved for later: " in page.text


def test_a_wish_outlives_signing_up_and_confirming_the_address(
    client: Client, variant: Variant
) -> None:
    client.post("/save-for-later/", {"variant": variant.sku})
    names = {"first_name": "Rosa", "last_name": "Flores"}
    client.post("/account/signup/", names | {"email": "rosa@example.pe", "password1": PASSWORD})
    [mail] = Email.objects.filter(to=["rosa@example.pe"])
    link = re.search(r"/account/confirm-email/[^/\s]+/", mail.message)
    assert link

    client.post(link[0], follow=True)
    login = {"login": "rosa@example.pe", "password": PASSWORD}
    page = client.post("/account/login/", login, follow=True)

    assert WishlistItem.objects.get().user.email == "rosa@example.pe"
    assert "Guardado en tus favoritos: Sofá Lima." in page.text


def test_a_visitor_with_htmx_is_led_to_the_same_page(client: Client, variant: Variant) -> None:
    answer = client.post("/save-for-later/", {"variant": variant.sku}, headers=HTMX)

    assert answer["HX-Redirect"].endswith(f"?next={LIST}")


def test_another_sites_page_saves_nothing(shopper: Client, variant: Variant) -> None:
    answer = shopper.post(
        "/save-for-later/", {"variant": variant.sku}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert not WishlistItem.objects.exists()


@pytest.mark.parametrize("sku", ["", "nada", "\0"])
def test_what_there_is_not_cannot_be_saved(shopper: Client, sku: str) -> None:
    assert shopper.post("/save-for-later/", {"variant": sku}).status_code == 404


def test_a_full_list_says_so(
    shopper: Client, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishlist, "MAX_WISHES", 1)
    save(shopper, variant)

    fragment = save(shopper, VariantFactory.create(), **HTMX)

    assert 'role="alert"' in fragment
    assert WishlistItem.objects.get().variant == variant


def test_everybody_sees_and_empties_his_own_list(shopper: Client, variant: Variant) -> None:
    stranger = UserFactory.create()
    wishlist.save(stranger, variant.pk)

    page = shopper.get(LIST).content.decode()
    shopper.post(f"{LIST}forget/", {"variant": variant.sku})

    assert "Sofá Lima" not in page
    assert WishlistItem.objects.get().user == stranger


def test_a_wish_is_taken_out_again(shopper: Client, user: User, variant: Variant) -> None:
    wishlist.save(user, variant.pk)

    page = shopper.post(f"{LIST}forget/", {"variant": variant.sku}, follow=True)

    assert page.status_code == 200
    assert not WishlistItem.objects.exists()


def test_a_wish_goes_into_the_cart_and_stays_on_the_list(shopper: Client, user: User) -> None:
    variant = stocked(3)
    set_availability(variant.pk, Availability.IN_STOCK)
    wishlist.save(user, variant.pk)
    form = f'<input type="hidden" name="variant" value="{variant.sku}">'

    page = shopper.get(LIST).content.decode()
    cart = shopper.post("/cart/add/", {"variant": variant.sku, "quantity": "1"}, follow=True)

    assert page.count(form) == 2
    assert cart.context["cart"].count == 1
    assert WishlistItem.objects.exists()


def test_what_is_sold_out_cannot_be_put_into_the_cart_from_the_list(
    shopper: Client, user: User, variant: Variant
) -> None:
    Variant.objects.filter(pk=variant.pk).update(availability=Availability.SOLD_OUT)
    wishlist.save(user, variant.pk)

    page = shopper.get(LIST).content.decode()

    assert "/cart/add/" not in page
    assert f"/back-in-stock/?v={variant.sku}" in page


def test_what_is_not_shown_any_more_is_left_out(
    shopper: Client, user: User, variant: Variant
) -> None:
    wishlist.save(user, variant.pk)
    Product.objects.filter(pk=variant.product_id).update(is_active=False)

    assert "Sofá Lima" not in shopper.get(LIST).content.decode()


@pytest.mark.parametrize("wishes", [1, 20])
def test_a_long_list_asks_no_more_than_a_short_one(
    shopper: Client,
    user: User,
    wishes: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for variant in VariantFactory.create_batch(wishes):
        wishlist.save(user, variant.pk)
    shopper.get(LIST)

    with django_assert_max_num_queries(8):
        page = shopper.get(LIST)

    assert page.content.decode().count('<article class="card') == wishes
