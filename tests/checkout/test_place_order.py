"""Placing an order: what is written, what is asked first, and what gives the same order again."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

from accounts.models import User
from catalog.models import Variant
from checkout.views import CHANGED, LEFT_OUT
from inventory.models import Reservation
from orders.models import Order, OrderAddress
from payments.exceptions import KeyReused
from payments.services.idempotency import claim
from promotions.models import Coupon, Promotion, PromotionTrigger
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.concurrency import at_once
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


def test_a_guest_orders_and_the_hold_travels_to_the_order(buyer: Client) -> None:
    response = buyer.post("/checkout/", form_data(note="Timbre 302"))

    order = Order.objects.get()
    assert response.status_code == 302
    assert order.customer_note == "Timbre 302"
    assert order.number in response.headers["Location"]
    assert (order.total, order.shipping_total) == (Decimal("110.00"), Decimal("10.00"))
    assert order.customer.email == "ana@example.com"
    assert not order.customer.has_usable_password()
    hold = Reservation.objects.active().get()
    assert (hold.reference, hold.reference_kind, hold.quantity) == (order.pk, "order", 1)
    shipping = OrderAddress.objects.get(order=order, kind="shipping")
    assert (shipping.district, shipping.city, shipping.ubigeo) == ("Miraflores", "Lima", "150122")
    assert buyer.get("/cart/", headers={"Accept": "application/json"}).json()["count"] == 0


def test_the_warranty_of_the_day_stays_with_the_order(client: Client, variant: Variant) -> None:
    Variant.objects.filter(pk=variant.pk).update(warranty_months=24)
    fill_cart(client, variant.sku, 1)

    placed = client.post("/checkout/", form_data())
    Variant.objects.filter(pk=variant.pk).update(warranty_months=6)

    assert Order.objects.get().lines.get().warranty_months == 24
    assert "24 meses de garantía" in client.get(placed.headers["Location"], follow=True).text


def test_the_page_offers_the_default_address_of_who_is_signed_in(
    client: Client, variant: Variant
) -> None:
    user = UserFactory.create()
    client.force_login(user)
    fill_cart(client, variant.sku)

    response = client.get("/checkout/")

    assert response.status_code == 200
    assert user.email in response.content.decode()


def test_sending_the_same_form_twice_gives_one_order(buyer: Client) -> None:
    data = form_data()

    first = buyer.post("/checkout/", data)
    second = buyer.post("/checkout/", data)

    assert Order.objects.count() == 1
    # The links differ in the second in which they were signed.
    pages = [answer.headers["Location"].partition("?")[0] for answer in (first, second)]
    assert pages[0] == pages[1] != ""


def test_a_form_that_was_changed_after_its_order_was_placed_says_that_the_order_stands(
    buyer: Client,
) -> None:
    data = form_data()
    buyer.post("/checkout/", data)

    same = buyer.post("/checkout/", {**data, "payment": "another"})
    other = buyer.post("/checkout/", {**data, "street": "Calle Nueva 99"})

    assert Order.objects.get().addresses.get(kind="shipping").street == data["street"]
    assert str(CHANGED) not in said(same)
    assert str(CHANGED) in said(other)


def test_a_key_that_comes_again_with_other_parameters_is_refused() -> None:
    first = {"order": "1"}
    claim("checkout:a", scope="checkout", fingerprint="one", response=first)

    assert claim("checkout:a", scope="checkout", fingerprint="one", response={}) == first
    with pytest.raises(KeyReused):
        claim("checkout:a", scope="checkout", fingerprint="two", response={})


def test_an_old_form_says_that_the_new_cart_is_not_in_its_order(
    buyer: Client, variant: Variant
) -> None:
    data = form_data()
    buyer.post("/checkout/", data)
    again = buyer.post("/checkout/", data)
    fill_cart(buyer, variant.sku)

    response = buyer.post("/checkout/", data)

    assert Order.objects.count() == 1
    assert str(LEFT_OUT) not in said(again)
    assert str(LEFT_OUT) in said(response)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("field", ["email", "first_name", "phone", "street", "district", "terms"])
def test_a_missing_field_is_named_and_the_rest_is_kept(buyer: Client, field: str) -> None:
    response = buyer.post("/checkout/", form_data(**{field: "", "note": "Tocar el timbre"}))

    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#id_{field}"' in page
    assert "Tocar el timbre" in page
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no"),
        ("phone", "12"),
        ("district", "Atlantis"),
        ("district", "Miraflores"),
        ("document_number", "1"),
        ("key", "stale"),
        ("shipping", "drone"),
        ("payment", "gold"),
        ("seen", "{" * 1000),
        ("seen", '{"goods": "NaN", "delivery": {"olva": "1"}}'),
        ("first_name", "\0"),
        ("email", "a\0@example.com"),
        ("key", "\0"),
    ],
)
def test_bad_input_is_refused_on_the_page(buyer: Client, field: str, value: str) -> None:
    right = form_data(document_type="dni", document_number="45678912")
    response = buyer.post("/checkout/", right | {field: value})

    assert response.status_code in (409, 422)
    assert "error-summary" in response.content.decode()
    assert not Order.objects.exists()


def test_a_rise_in_price_is_asked_about_first(buyer: Client, variant: Variant) -> None:
    variant.product.base_price = Decimal("120.00")
    variant.product.save(update_fields=["base_price"])

    asked = buyer.post("/checkout/", form_data())
    confirmed = buyer.post("/checkout/", form_data(seen=asked.context["figures"].seen))

    assert asked.status_code == 409
    assert confirmed.status_code == 302
    assert Order.objects.get().total == Decimal("130.00")


def test_a_fall_in_price_is_passed_on(buyer: Client, variant: Variant) -> None:
    Variant.objects.filter(pk=variant.pk).update(sale_price=Decimal("80.00"))

    buyer.post("/checkout/", form_data())

    assert Order.objects.get().total == Decimal("90.00")


def test_a_variant_that_vanished_is_shown_first(buyer: Client, variant: Variant) -> None:
    Variant.objects.filter(pk=variant.pk).update(is_active=False)

    response = buyer.post("/checkout/", form_data())

    assert response.status_code == 409
    assert not Order.objects.exists()


def test_an_empty_cart_leads_to_the_cart(client: Client, variant: Variant) -> None:
    response = client.get("/checkout/")

    assert response.headers["Location"] == "/cart/"


def test_an_account_behind_a_typed_email_stays_unseen_and_untouched(
    client: Client, variant: Variant
) -> None:
    owner = UserFactory.create(email="Ana@example.com", first_name="Secreta")
    fill_cart(client, variant.sku)

    response = client.post("/checkout/", form_data(), follow=True)

    assert Order.objects.get().customer == owner
    assert User.objects.count() == 1
    owner.refresh_from_db()
    assert owner.first_name == "Secreta"
    assert "Secreta" not in response.content.decode()
    assert "sessionid" not in client.cookies or not client.session.get("_auth_user_id")


def test_the_last_use_of_a_coupon_is_counted(client: Client, variant: Variant) -> None:
    promotion = Promotion.objects.create(
        name="Diez", trigger=PromotionTrigger.COUPON, value=Decimal(10), max_uses=1
    )
    Coupon.objects.create(promotion=promotion, code="DIEZ")
    fill_cart(client, variant.sku)
    client.post("/cart/coupon/", {"code": "diez"})

    client.post("/checkout/", form_data())

    order = Order.objects.get()
    assert (order.coupon_code, order.total) == ("DIEZ", Decimal("100.00"))
    promotion.refresh_from_db()
    assert promotion.uses == 1


def test_the_figures_come_alone_for_htmx(buyer: Client) -> None:
    response = buyer.post("/checkout/quote/", form_data(), headers={"HX-Request": "true"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert 'hx-swap-oob="true"' in page
    assert "110.00" in page
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_give_one_order() -> None:
    open_shop()
    variant = stocked(5)
    shopper = Client()
    fill_cart(shopper, variant.sku)
    cookie = shopper.cookies["cart"].value
    data = form_data()

    def press() -> int:
        browser = Client()
        browser.cookies["cart"] = cookie
        return browser.post("/checkout/", data).status_code

    answers = at_once(press)

    assert set(answers) == {302}
    assert Order.objects.count() == 1
    assert Reservation.objects.active().get().quantity == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_give_one_order() -> None:
    open_shop()
    variant = stocked(5)
    shopper = Client()
    fill_cart(shopper, variant.sku)
    cookie = shopper.cookies["cart"].value

    def press() -> int:
        browser = Client()
        browser.cookies["cart"] = cookie
        status = browser.post("/checkout/", form_data()).status_code
        connection.close()
        return status

    at_once(press, times=4)

    assert Order.objects.count() == 1


def test_a_second_tab_leads_to_the_order_of_the_first_however_often_it_is_sent(
    buyer: Client,
) -> None:
    other_tab = Client()
    other_tab.cookies["cart"] = buyer.cookies["cart"].value
    buyer.post("/checkout/", form_data())
    data = form_data()

    answers = [other_tab.post("/checkout/", data) for _ in range(2)]

    number = Order.objects.get().number
    assert [answer.status_code for answer in answers] == [302, 302]
    assert all(number in answer.headers["Location"] for answer in answers)
