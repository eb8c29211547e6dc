"""The one button: first it shows the ways of delivery, then it places the order."""

import re
from decimal import Decimal

import pytest
from constance import config
from django.test import Client

from catalog.models import Variant
from orders.models import Order
from promotions.models import Coupon, Promotion, PromotionTrigger
from shipping.models import Zone
from tests.checkout.factories import fill_cart, form_data

pytestmark = pytest.mark.django_db
NOT_YET_SEEN = {"shipping": "", "payment": "", "terms": ""}


@pytest.fixture
def coupon() -> Coupon:
    """Ten percent off."""
    promotion = Promotion.objects.create(
        name="Diez", trigger=PromotionTrigger.COUPON, value=Decimal(10)
    )
    return Coupon.objects.create(promotion=promotion, code="DIEZ")


def test_the_first_press_shows_what_can_be_chosen_and_complains_of_nothing(buyer: Client) -> None:
    before = buyer.get("/en/checkout/").content.decode()
    shown = buyer.post("/en/checkout/", form_data(**NOT_YET_SEEN))

    page = shown.content.decode()
    assert "See delivery options" in before
    assert shown.status_code == 200
    assert "Now choose delivery and payment" in page
    assert "error-summary" not in page
    assert "Olva Courier" in page
    assert "Place the order and pay" in page
    assert not Order.objects.exists()


def test_the_first_press_names_what_is_wrong_so_far(buyer: Client) -> None:
    shown = buyer.post("/checkout/", form_data(**NOT_YET_SEEN, phone="12"))

    page = shown.content.decode()
    assert shown.status_code == 422
    assert 'href="#id_phone"' in page
    assert 'href="#id_terms"' not in page


def test_a_district_that_nobody_serves_is_said_to_be(client: Client, variant: Variant) -> None:
    Zone.objects.all().delete()
    fill_cart(client, variant.sku)

    shown = client.post("/en/checkout/", form_data(**NOT_YET_SEEN))

    assert "We do not deliver there yet" in shown.content.decode()


def test_enter_in_any_field_presses_the_one_button(buyer: Client) -> None:
    page = buyer.get("/checkout/").content.decode()

    form = page[page.index('id="checkout"') :].split("</form>")[0]
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*>', form)
    # The hidden one, which Enter presses, says the same as the one that is seen.
    assert len(buttons) == 2
    assert "name=" not in " ".join(buttons)


def test_a_coupon_that_was_only_typed_is_used_and_its_total_shown_first(
    buyer: Client, coupon: Coupon
) -> None:
    asked = buyer.post("/en/checkout/", form_data(coupon="diez"))
    confirmed = buyer.post("/en/checkout/", form_data(coupon="diez"))

    assert asked.status_code == 200
    assert "The total has changed" in asked.content.decode()
    assert confirmed.status_code == 302
    assert Order.objects.get().total == Decimal("100.00")


def test_a_wrong_coupon_is_explained_and_stays_in_its_field(buyer: Client) -> None:
    refused = buyer.post("/checkout/", form_data(coupon="NADA"))

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "error-summary" in page
    assert 'value="NADA"' in page
    assert not Order.objects.exists()


def test_the_terms_can_be_read_where_they_are_accepted(buyer: Client) -> None:
    assert "Leer los términos de venta" not in buyer.get("/checkout/").content.decode()

    config.TERMS_PAGE = "terminos"

    page = buyer.get("/checkout/").content.decode()
    assert '<a class="small" href="/pages/terminos/" target="_blank">' in page
    assert "Leer los términos de venta" in page
