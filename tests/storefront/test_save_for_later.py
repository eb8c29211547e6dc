"""Favourites: the button of a product, the account's list, and the list of guests."""

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
JSON = {"Accept": "application/json"}


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


def save(client: Client, variant: Variant) -> str:
    """Press the button without scripts; gives what the shopper sees next."""
    answer = client.post("/save-for-later/", {"variant": variant.sku}, follow=True)
    return answer.content.decode()


def test_the_button_saves_the_variant_once_however_often_it_is_pressed(
    shopper: Client, user: User, variant: Variant
) -> None:
    save(shopper, variant)
    page = save(shopper, variant)

    assert f"/p/sofa-lima/?v={variant.sku}" in page
    item = WishlistItem.objects.get()
    assert (item.user, item.variant) == (user, variant)


def press(client: Client, variant: Variant, **fields: str) -> dict[str, object]:
    """As device.js presses a heart."""
    answer = client.post("/save-for-later/", {"variant": variant.sku} | fields, headers=JSON)
    return dict(answer.json())


def test_a_heart_saves_and_lets_go_and_says_what_is_saved_now(
    shopper: Client, variant: Variant
) -> None:
    other = VariantFactory.create(product=variant.product)

    saved = press(shopper, variant)
    press(shopper, other)
    removed = press(shopper, variant, remove="1")

    assert saved == {"saved": ["sofa-lima"], "text": "Guardado en tus favoritos."}
    assert removed == {"saved": [], "text": "Quitado de tus favoritos."}
    assert not WishlistItem.objects.exists()


def test_only_the_fragment_of_the_visitor_knows_what_is_saved(
    shopper: Client, user: User, variant: Variant
) -> None:
    wishlist.save(user, variant.pk)

    page, me, guest = shopper.get("/p/sofa-lima/"), shopper.get("/me/"), Client().get("/me/")

    assert f'value="{variant.sku}" data-favourite="sofa-lima" aria-pressed="false"' in page.text
    assert "data-saved" not in page.text
    assert 'data-saved="sofa-lima"' in me.text
    assert "data-saved" not in guest.text


def test_what_a_browser_kept_joins_the_list_once_however_often_it_is_sent(
    shopper: Client, user: User, variant: Variant
) -> None:
    hidden = VariantFactory.create()
    Product.objects.filter(pk=hidden.product_id).update(is_active=False)
    news = VariantFactory.create(product__slug="mesa")
    wishlist.save(user, variant.pk)
    same = VariantFactory.create(product=variant.product)
    sent = {"variant": [news.sku, same.sku, hidden.sku, "forged", "\0", news.sku]}

    first = shopper.post("/favourites/merge/", sent).json()
    second = shopper.post("/favourites/merge/", sent).json()

    assert first == {"saved": ["mesa", "sofa-lima"], "text": "Tus favoritos ya están en tu cuenta."}
    assert second == {"saved": ["mesa", "sofa-lima"], "text": None}
    assert {item.variant for item in WishlistItem.objects.all()} == {variant, news}


def test_a_browser_sends_a_bounded_list_and_a_full_list_takes_what_fits(
    shopper: Client, user: User, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishlist, "MAX_WISHES", 2)
    others = VariantFactory.create_batch(2)
    late = VariantFactory.create()
    skus = [variant.sku, *(other.sku for other in others), *["nada"] * 47, late.sku]

    shopper.post("/favourites/merge/", {"variant": skus})
    monkeypatch.setattr(wishlist, "MAX_WISHES", 9)
    shopper.post("/favourites/merge/", {"variant": skus})

    assert set(wishlist.wanted_by(user)) == {variant, *others}


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_nothing_is_merged_for_another_site_or_a_guest(
    client: Client, user: User, variant: Variant, is_signed_in: bool
) -> None:
    headers = None
    if is_signed_in:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        headers = {"Sec-Fetch-Site": "cross-site"}

    answer = client.post("/favourites/merge/", {"variant": variant.sku}, headers=headers)

    assert answer.status_code == 403
    assert not WishlistItem.objects.exists()


def test_a_guest_sees_what_their_browser_names_and_nobody_else_knows(
    client: Client, variant: Variant
) -> None:
    hidden = VariantFactory.create()
    Product.objects.filter(pk=hidden.product_id).update(is_active=False)

    page = client.get("/favourites/")
    items = client.get(f"/favourites/items/?v=%00&v=nada&v={hidden.sku}&v={variant.sku}")
    nothing = client.get("/favourites/items/")

    assert "Sin JavaScript" in page.text
    assert "/account/login/?next=/account/wishlist/" in page.text
    assert [card["name"] for card in items.context["wishes"]] == ["Sofá Lima"]
    assert "public" in items["Cache-Control"]
    assert not items.cookies
    assert "Todavía no guardaste nada" in nothing.text


def test_who_is_signed_in_sees_the_list_of_the_account(shopper: Client) -> None:
    assert shopper.get("/favourites/")["Location"] == LIST


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

    page = save(shopper, VariantFactory.create())
    answer = press(shopper, VariantFactory.create())

    assert 'role="alert"' in page
    assert answer == {"error": "Tu lista está llena. Quita algo primero."}
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

    # The one form that names it removes it.
    assert page.count(f'name="variant" value="{variant.sku}"') == 1
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
