"""What strangers learn of a customer by typing their address, and what they can block."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Variant
from checkout import rate_limits
from orders import services as orders
from orders.models import Order
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.promotions.factories import CouponFactory

pytestmark = pytest.mark.django_db
THERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"
SEEN = '{"goods": "200.00", "delivery": {"olva": "10.00"}}'
NOBODY = {"email": "nobody@example.com", "phone": "911111111", "street": "Jr. Puno 5"}
NEUTRAL = "cannot be placed with these details"


@pytest.fixture
def variant() -> Variant:
    """Two units for each customer, and a coupon for once."""
    open_shop()
    CouponFactory.create(code="HOLA", promotion__max_uses_per_customer=1)
    found = stocked(90)
    found.product.purchase_limit = 2
    found.product.save(update_fields=["purchase_limit"])
    return found


@pytest.fixture
def valeria() -> User:
    return UserFactory.create(email="valeria.quispe@example.com")


def visit(variant: Variant, user: User | None = None, place: str = THERE, units: int = 2) -> Client:
    client = Client(REMOTE_ADDR=place)
    if user:
        client.force_login(user)
    fill_cart(client, variant.sku, units)
    return client


def order(client: Client, email: str, **fields: str) -> Any:
    return client.post("/en/checkout/", form_data(email=email, seen=SEEN, **fields))


def test_a_strangers_unpaid_order_keeps_nobody_from_buying(variant: Variant, valeria: User) -> None:
    stranger = visit(variant)
    stranger.post("/cart/coupon/", {"code": "HOLA"})
    assert order(stranger, "Valeria.Quispe+x@example.com", coupon="HOLA").status_code == 302

    own = visit(variant, valeria)
    own.post("/cart/coupon/", {"code": "HOLA"})

    assert order(own, valeria.email, coupon="HOLA").status_code == 302
    assert list(Order.objects.filter(by_guest=False).values_list("coupon_code", flat=True)) == [
        "HOLA"
    ]


def test_what_a_guest_has_paid_counts_for_the_account_that_he_named(
    variant: Variant, valeria: User
) -> None:
    order(visit(variant), valeria.email)
    orders.confirm(Order.objects.get().pk)

    own = visit(variant, valeria, units=1)
    refused = own.post("/en/cart/add/", {"variant": variant.sku, "quantity": "1"})
    assert own.get("/cart/").context["cart"].count == 0
    assert "at most" in refused.text


def test_a_guest_who_names_a_customer_learns_nothing_before_ordering_and_little_then(
    variant: Variant, valeria: User
) -> None:
    own = visit(variant, valeria)
    own.post("/cart/coupon/", {"code": "HOLA"})
    order(own, valeria.email, coupon="HOLA")
    stranger = visit(variant, place=ELSEWHERE)
    typed = form_data(email=valeria.email, coupon="HOLA", use_coupon="1")

    quoted = stranger.post("/en/checkout/quote/", typed)
    by_coupon = order(stranger, valeria.email, coupon="HOLA")
    stranger.post("/cart/coupon/", {"code": ""})
    by_limit = order(stranger, valeria.email)

    assert quoted.status_code == 200
    assert "already" not in quoted.text
    assert [by_coupon.status_code, by_limit.status_code] == [409, 409]
    assert NEUTRAL in by_coupon.text
    assert NEUTRAL in by_limit.text
    assert variant.product.name not in str(by_limit.context["note"].text)


def test_so_many_orders_are_refused_to_one_place_and_then_none_is_looked_at(
    variant: Variant, valeria: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "MAX_REFUSED_DETAILS", 2)
    order(visit(variant, valeria), valeria.email)

    answers = [order(visit(variant), valeria.email).status_code for _ in range(3)]
    unknown = order(visit(variant), **NOBODY).status_code
    elsewhere = order(visit(variant, place=ELSEWHERE), **NOBODY).status_code

    assert answers == [409, 409, 429]
    assert (unknown, elsewhere) == (429, 302)
