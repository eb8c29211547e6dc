"""Nonsense, forgery and bad timing: a clear page, no fault of ours, nothing lost or double."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import (
    Collection,
    CollectionProduct,
    CollectionType,
    Kit,
    KitItem,
    Product,
    Variant,
)
from inventory.models import Reservation
from orders.models import Order
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def variant() -> Variant:
    open_shop()
    return stocked(5)


def put_into_a_coming_drop(variant: Variant) -> None:
    """It opens in an hour."""
    drop = Collection.objects.create(
        name="Drop",
        slug="drop",
        type=CollectionType.DROP,
        starts_at=timezone.now() + timedelta(hours=1),
        is_active=True,
    )
    CollectionProduct.objects.create(collection=drop, product=variant.product)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "path",
    [
        *("/f/nada/", "/c/nada/", "/b/nada/", "/s/nada/", "/p/nada/", "/kits/nada/"),
        *("/drops/nada/", "/orders/PED-1/", "/orders/PED-1/?token=x", "/checkout/pay/PED-1/"),
        *("/p/%00/", "/c/%F0%9F%92%A9/", "/p/..%2F..%2Fetc/"),
    ],
)
def test_an_unknown_address_is_a_page_of_the_shop_that_says_so(
    client: Client, prefix: str, path: str
) -> None:
    response = client.get(f"{prefix}{path}")

    assert response.status_code == 404
    assert 'id="main"' in response.content.decode()


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "abc", "", "2.5", "\0"])
def test_a_bad_quantity_leaves_the_line_as_it_was(
    client: Client, variant: Variant, quantity: str
) -> None:
    fill_cart(client, variant.sku, 2)

    response = client.post("/cart/update/", {"variant": variant.sku, "quantity": quantity})

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert Reservation.objects.active().get().quantity == 2


def test_what_is_sold_out_is_said_to_be_and_nothing_is_held(client: Client) -> None:
    gone = stocked(1)
    fill_cart(Client(), gone.sku)

    response = client.post("/cart/add/", {"variant": gone.sku, "quantity": "1"}, headers=JSON)

    assert response.status_code == 409
    assert response.json()["error"]
    assert Reservation.objects.active().get().quantity == 1


def test_an_inactive_product_has_no_page_and_no_way_into_the_cart(
    client: Client, variant: Variant
) -> None:
    Product.objects.filter(pk=variant.product_id).update(is_active=False)

    page = client.get(f"/p/{variant.product.slug}/")
    added = client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})

    assert (page.status_code, added.status_code) == (404, 409)
    assert not Reservation.objects.exists()


def test_a_forged_price_changes_neither_cart_nor_order(client: Client, variant: Variant) -> None:
    forged = {"price": "0.01", "total": "0.01", "unit_price": "0.01", "shipping_total": "0"}
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "1", **forged})

    client.post("/checkout/", form_data(**forged))

    assert Order.objects.get().total == Decimal("110.00")


def test_a_form_that_shows_a_lower_total_is_asked_about_and_keeps_what_was_typed(
    client: Client, variant: Variant
) -> None:
    fill_cart(client, variant.sku)

    response = client.post(
        "/checkout/", form_data(seen='{"goods": "0.01", "delivery": {"olva": "0.01"}}')
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="Av. Larco 123"' in page
    assert not Order.objects.exists()


def test_a_hold_that_ran_out_and_was_sold_is_said_before_anything_is_ordered(
    client: Client, variant: Variant
) -> None:
    fill_cart(client, variant.sku, 3)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    fill_cart(Client(), variant.sku, 4)

    response = client.post("/checkout/", form_data())

    page = response.content.decode()
    assert response.status_code == 409
    assert variant.product.name in page
    assert 'value="Av. Larco 123"' in page
    assert not Order.objects.exists()


def test_a_form_without_its_token_is_refused_on_a_page_of_the_shop(variant: Variant) -> None:
    client = Client(enforce_csrf_checks=True)
    fill_cart(client, variant.sku)

    response = client.post("/checkout/", form_data())

    assert response.status_code == 403
    assert 'id="main"' in response.content.decode()
    assert Reservation.objects.active().exists()


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_coming_drop_cannot_be_put_into_a_cart(
    client: Client, variant: Variant, accept: str
) -> None:
    put_into_a_coming_drop(variant)

    added = client.post(
        "/cart/add/", {"variant": str(variant.pk), "quantity": "1"}, headers={"Accept": accept}
    )

    assert added.status_code == 409
    assert not Reservation.objects.exists()


def test_a_kit_is_no_way_around_a_drops_start(client: Client, variant: Variant) -> None:
    put_into_a_coming_drop(variant)
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=Decimal(10))
    KitItem.objects.create(kit=kit, product=variant.product)

    added = client.post("/cart/kit/", {"kit": kit.slug, "variant": variant.sku}, headers=JSON)

    assert added.status_code == 409
    assert not Reservation.objects.exists()


def test_what_was_in_the_cart_before_it_became_a_drop_is_not_sold_early(
    client: Client, variant: Variant
) -> None:
    fill_cart(client, variant.sku)
    put_into_a_coming_drop(variant)

    shown = client.get("/cart/", headers=JSON).json()
    more = client.post("/cart/update/", {"variant": variant.sku, "quantity": "2"})
    ordered = client.post("/checkout/", form_data())

    assert shown["lines"][0]["problem"]
    assert (more.status_code, ordered.status_code) == (409, 409)
    assert not Order.objects.exists()


def test_the_pages_of_a_coming_drop_have_no_button_that_can_be_pressed(
    client: Client, variant: Variant
) -> None:
    put_into_a_coming_drop(variant)

    pages = [client.get(path) for path in ("/drops/drop/", f"/p/{variant.product.slug}/")]

    for page in pages:
        html = page.content.decode()
        # The form of cards has its buttons in them.
        assert 'form="quick"' not in html
        for form in html.split("<form")[1:]:
            if 'action="/cart/add/"' in form and 'id="quick"' not in form:
                assert 'type="submit" disabled' in form.split("</form>")[0]
