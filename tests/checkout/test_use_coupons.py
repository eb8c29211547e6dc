"""Coupons from the cart to the order: each refusal says which it is, and uses are shared fairly."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone, translation

from cart import rate_limits
from cart import services as carts
from cart.services import Owner
from catalog.models import Product, Variant
from checkout.forms import CheckoutForm
from checkout.selectors import Attempt
from checkout.services import place_order
from core.exceptions import DomainError
from core.ids import uuid7
from inventory.models import Reservation
from orders import services as orders
from orders.models import Order
from promotions.models import (
    Coupon,
    Promotion,
    PromotionEffect,
    PromotionScope,
    PromotionTrigger,
    Redemption,
)
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.concurrency import at_once
from tests.inventory.factories import stocked
from tests.promotions.factories import CouponFactory, PromotionFactory

pytestmark = pytest.mark.django_db
CODE = "VERANO-26"
SOON = datetime(2099, 1, 31, 17, 30, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 31, 17, 30, tzinfo=UTC)
PREFIXES = {"en": "/en", "es": ""}
Refusal = tuple[dict[str, Any], str, str]
REFUSALS: list[Refusal] = [
    ({"code": "OTRO"}, "We do not know this code.", "No conocemos este código."),
    ({"is_active": False}, "We do not know this code.", "No conocemos este código."),
    (
        {"promotion__starts_at": SOON},
        "This code is not valid yet: it starts on 31 Jan 2099, 12:30",
        "Este código todavía no vale: empieza el 31 ene 2099, 12:30",
    ),
    (
        {"promotion__ends_at": LONG_AGO},
        "This code is no longer valid: it ended on 31 Jan 2020, 12:30",
        "Este código ya no vale: terminó el 31 ene 2020, 12:30",
    ),
    ({"max_uses": 1, "uses": 1}, "This code has been used up.", "Este código ya se agotó."),
    (
        {"promotion__max_uses": 1, "promotion__uses": 1},
        "This code has been used up.",
        "Este código ya se agotó.",
    ),
    (
        {"promotion__minimum_purchase": Decimal("100.01")},
        "This code needs a purchase of at least S/\N{NO-BREAK SPACE}100.01.",
        "Este código requiere una compra mínima de S/\N{NO-BREAK SPACE}100.01.",
    ),
    (
        {"promotion__scope": PromotionScope.BRAND},
        "This code is not for the products in your cart.",
        "Este código no es para los productos de tu carrito.",
    ),
]
languages = pytest.mark.parametrize("language", ["en", "es"])
refusals = pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal[1])


@pytest.fixture
def variant() -> Variant:
    open_shop()
    return stocked(200)


def used_by_ana(variant: Variant) -> None:
    """A code of which everybody has one use, and Ana has had hers."""
    CouponFactory.create(code=CODE, promotion__max_uses_per_customer=1)
    guest = Client()
    fill_cart(guest, variant.sku)
    guest.post("/cart/coupon/", {"code": CODE})
    guest.post("/checkout/", form_data())
    assert Redemption.objects.count() == 1


@refusals
def test_the_cart_says_why_and_keeps_the_code(buyer: Client, refusal: Refusal) -> None:
    fields, *texts = refusal
    CouponFactory.create(**{"code": CODE} | fields)

    for prefix, text in zip(PREFIXES.values(), texts, strict=True):
        answer = buyer.post(f"{prefix}/cart/coupon/", {"code": CODE})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert text in page
        assert f'value="{CODE}"' in page


@refusals
@pytest.mark.parametrize("by", ["quote", "order"])
def test_the_checkout_says_why_and_keeps_the_code(buyer: Client, refusal: Refusal, by: str) -> None:
    fields, *texts = refusal
    CouponFactory.create(**{"code": CODE} | fields)
    path, press = {"quote": ("quote/", {"use_coupon": "1"}), "order": ("", {})}[by]

    for prefix, text in zip(PREFIXES.values(), texts, strict=True):
        answer = buyer.post(f"{prefix}/checkout/{path}", form_data(coupon=CODE) | press)

        page = answer.content.decode()
        assert answer.status_code == 409
        assert text in page
        assert f'value="{CODE}"' in page
        assert 'value="Av. Larco 123"' in page
        assert not Order.objects.exists()


@languages
def test_a_guest_who_had_his_use_is_refused_as_he_orders_and_nobody_is_told_why(
    client: Client, variant: Variant, language: str
) -> None:
    used_by_ana(variant)
    fill_cart(client, variant.sku)
    prefix = PREFIXES[language]
    text = {"en": "cannot be placed with these details", "es": "con estos datos"}[language]
    typed_data = form_data(coupon=CODE, use_coupon="1", email="ANA+2@example.com")

    typed = client.post(f"{prefix}/checkout/quote/", typed_data)
    client.post("/cart/coupon/", {"code": CODE})
    ordered = client.post(f"{prefix}/checkout/", form_data(coupon=CODE))

    assert (typed.status_code, ordered.status_code) == (200, 409)
    assert text not in typed.text
    assert text in ordered.text
    assert f'value="{CODE}"' in ordered.text
    assert Order.objects.count() == 1


def test_an_account_that_had_its_use_is_told_in_the_cart(client: Client, variant: Variant) -> None:
    used_by_ana(variant)
    orders.confirm(Order.objects.get().pk)
    client.force_login(
        Order.objects.get().customer, backend="django.contrib.auth.backends.ModelBackend"
    )
    fill_cart(client, variant.sku)

    answer = client.post("/en/cart/coupon/", {"code": CODE})

    assert answer.status_code == 409
    assert "You have used this code already." in answer.content.decode()


def test_a_code_that_ends_in_the_cart_is_explained_there_and_no_longer_counted(
    buyer: Client,
) -> None:
    coupon = CouponFactory.create(code=CODE)
    buyer.post("/cart/coupon/", {"code": CODE})
    Promotion.objects.filter(pk=coupon.promotion_id).update(
        ends_at=timezone.now() - timedelta(minutes=1)
    )

    page = buyer.get("/en/cart/")

    assert "This code is no longer valid" in page.content.decode()
    assert f'value="{CODE}"' in page.content.decode()
    assert page.context["cart"].basket.total == Decimal("100.00")


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        (
            {
                "promotion__effect": PromotionEffect.BUY_X_GET_Y,
                "promotion__buy_quantity": 2,
                "promotion__free_quantity": 1,
            },
            "Add more units",
        ),
        (
            {
                "promotion__effect": PromotionEffect.TIERS,
                "promotion__tiers": [{"quantity": 3, "percent": 10}],
            },
            "Add more units",
        ),
        ({"promotion__exclusive_group": "verano"}, "has a better offer"),
    ],
)
def test_a_right_code_that_takes_nothing_off_says_so(
    buyer: Client, fields: dict[str, Any], hint: str
) -> None:
    PromotionFactory.create(value=Decimal(20), exclusive_group="verano")
    CouponFactory.create(code=CODE, **fields)

    answer = buyer.post("/en/cart/coupon/", {"code": CODE}, follow=True)

    assert answer.status_code == 200
    assert hint in answer.content.decode()
    assert hint in buyer.get("/en/checkout/").content.decode()


def test_a_code_that_takes_something_off_needs_no_word(buyer: Client) -> None:
    CouponFactory.create(code=CODE)

    page = buyer.post("/en/cart/coupon/", {"code": CODE}, follow=True)

    assert page.context["cart"].coupon_hint == ""
    assert page.context["cart"].basket.total == Decimal("90.00")


def test_who_has_guessed_too_often_learns_of_no_code_for_a_while(
    buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "MAX_GUESSES", 3)
    CouponFactory.create(code=CODE)
    for number in range(3):
        buyer.post("/cart/coupon/", {"code": f"TRY-{number}"})
    typed = {"code": CODE, "coupon": CODE, "use_coupon": "1"}
    pages = ("/cart/coupon/", "/checkout/quote/")

    refused = [buyer.post(page, typed).status_code for page in pages]
    elsewhere = [buyer.post(page, typed, REMOTE_ADDR="203.0.113.9").status_code for page in pages]

    assert (refused, elsewhere) == ([409, 409], [302, 200])


def test_a_known_code_is_no_guess_however_often_it_is_typed(
    buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "MAX_GUESSES", 3)
    CouponFactory.create(code=CODE)

    answers = [buyer.post("/cart/coupon/", {"code": CODE}) for _ in range(4)]

    assert {answer.status_code for answer in answers} == {302}


def guest_with_coupon(variant: Variant, number: int) -> Attempt:
    """A guest whose form is filled in, about to press the button."""
    owner = Owner(uuid7())
    carts.add(owner, variant.pk, 1)
    carts.set_coupon(owner, CODE)
    form = CheckoutForm(
        form_data(
            email=f"ana{number}@example.com",
            phone=f"9876543{number:02}",
            street=f"Av. Larco {number}",
        )
    )
    assert form.is_valid(), form.errors
    return form.attempt(owner)


@pytest.mark.parametrize(
    "number", [pytest.param(100, id="long", marks=pytest.mark.soak), pytest.param(25, id="short")]
)
@pytest.mark.django_db(transaction=True)
def test_many_orders_at_once_share_the_three_uses_that_are_left(number: int) -> None:
    """A crowd shows no more than a few do, who press at once as well; it shows it more surely."""
    open_shop()
    variant = stocked(200)
    promotion = PromotionFactory.create(trigger=PromotionTrigger.COUPON)
    CouponFactory.create(promotion=promotion, code=CODE, max_uses=5, uses=2)
    waiting = [guest_with_coupon(variant, guest) for guest in range(number)]

    def press() -> UUID | None:
        try:
            return place_order(waiting.pop()).pk
        except DomainError:
            return None

    with translation.override("en"):
        placed = [order for order in at_once(press, times=number) if order]

    orders = list(Order.objects.all())
    assert {order.pk for order in orders} == set(placed)
    assert [(order.coupon_code, order.total) for order in orders] == [(CODE, Decimal("100.00"))] * 3
    assert Coupon.objects.get().uses == 5
    assert Redemption.objects.count() == 3
    # The others still have their cart, and its units.
    assert Reservation.objects.active().filter(reference_kind="cart").count() == number - 3
    assert Product.objects.count() == 1
