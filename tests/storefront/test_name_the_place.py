"""A district is named once: cards, product, cart and checkout say days and prices for it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from constance import config
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.districts import all_districts
from accounts.models import Address, User
from accounts.places import Place
from catalog.models import Availability, Variant
from catalog.services import set_availability
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked
from tests.shipping.factories import ShippingMethodFactory, ShippingRateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm_memory")]
HTMX = {"HX-Request": "true"}
MIRAFLORES = "150122"
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)  # in Lima a Tuesday
PLACE = "Miraflores, Lima, Lima"


@pytest.fixture
def variant() -> Variant:
    """Comes within two or three days of a day's work."""
    ShippingRateFactory.create(method__name="A tu puerta", price="12.00", days_min=2, days_max=3)
    return on_sale()


def on_sale() -> Variant:
    variant = stocked(5)
    set_availability(variant.pk, Availability.IN_STOCK)
    return variant


def dates(client: Client, *products: object, district: str = PLACE) -> dict[str, str]:
    answer = client.get("/delivery-dates/", {"district": district, "p": [str(p) for p in products]})
    found: dict[str, str] = answer.json()
    return found


def choose(client: Client, **answers: str) -> None:
    client.post("/place/", answers or {"district": PLACE})


def test_cards_are_told_when_their_products_come(
    client: Client, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)

    known = dates(client, variant.product_id)

    assert known == {str(variant.product_id): "Llega vie 27 – lun 30"}
    card = client.get(f"/c/{variant.product.category.slug}/").text
    assert f'data-arrives="{variant.product_id}"' in card


def test_only_what_can_be_bought_and_brought_has_a_date(client: Client, variant: Variant) -> None:
    sold_out = VariantFactory.create(availability=Availability.SOLD_OUT)
    paused = on_sale()
    paused.product.sales_paused = True
    paused.product.save()

    known = dates(client, variant.product_id, sold_out.product_id, paused.product_id, uuid4())

    assert list(known) == [str(variant.product_id)]


@pytest.mark.parametrize("district", ["", "Narnia", "Santa Rosa", "\0", "x" * 999])
def test_no_date_for_a_district_that_is_not_clear(
    client: Client, variant: Variant, district: str
) -> None:
    assert dates(client, variant.product_id, district=district) == {}


def test_made_up_keys_are_left_out_and_too_many_are_not_looked_at(
    client: Client, variant: Variant
) -> None:
    product = variant.product_id

    assert list(dates(client, "x", "\0", "1; DROP", product)) == [str(product)]
    assert dates(client, *(uuid4() for _ in range(60)), product) == {}


def test_sixty_cards_cost_no_more_queries_than_one(client: Client, variant: Variant) -> None:
    products = [variant.product_id, *(on_sale().product_id for _ in range(20))]

    def asked(*keys: object) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(dates(client, *keys)) == len(keys)
        return len(queries)

    asked(products[0])
    assert asked(products[0]) == asked(*products) <= 3


def test_dates_are_the_same_for_everybody(client: Client, variant: Variant) -> None:
    address = f"/delivery-dates/?district=Lince, Lima, Lima&p={variant.product_id}"
    shopper = Client()
    shopper.force_login(UserFactory.create())
    choose(shopper)

    answers = [each.get(address) for each in (client, shopper)]

    assert answers[0].content == answers[1].content
    for answer in answers:
        assert not answer.cookies
        assert "public" in answer["Cache-Control"]


def test_a_form_without_scripts_leads_back_and_the_cart_knows_the_place(client: Client) -> None:
    answer = client.post("/place/", {"district": "miraflores, lima", "next": "/cart/?a=1"})

    assert (answer.status_code, answer["Location"]) == (302, "/cart/?a=1")
    assert answer.cookies["district"].value == MIRAFLORES
    assert answer.cookies["district"]["httponly"]
    assert 'data-known="Miraflores, Lima, Lima"' in client.get("/cart/").text


def test_nobody_is_led_out_of_the_shop(client: Client) -> None:
    answer = client.post("/place/", {"ubigeo": MIRAFLORES, "next": "https://example.com/"})

    assert answer["Location"] == "/"


def test_scripts_are_told_what_was_chosen(client: Client) -> None:
    answer = client.post("/place/", {"district": PLACE}, headers=HTMX)

    assert '"place-changed": {"district": "Miraflores, Lima, Lima"}' in answer["HX-Trigger"]
    assert "<html" not in answer.text


def test_of_several_districts_each_has_its_button(client: Client) -> None:
    answer = client.post("/place/", {"district": "miraflores"})

    assert answer.status_code == 422
    assert answer.text.count('name="ubigeo"') == 4
    assert f'value="{MIRAFLORES}"' in answer.text
    assert "district" not in answer.cookies


@pytest.mark.parametrize("typed", ["Narnia", "", "\0", "x" * 999])
def test_what_is_no_district_is_asked_again(client: Client, typed: str) -> None:
    answer = client.post("/place/", {"district": typed, "ubigeo": "999999"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "district" not in answer.cookies


def test_a_place_is_forgotten(client: Client) -> None:
    choose(client)
    assert "Olvidar este lugar" in client.get("/place/").text

    choose(client, forget="1")

    assert "Olvidar este lugar" not in client.get("/place/").text
    assert "data-known" not in client.get("/cart/").text


def test_other_sites_choose_no_place(client: Client) -> None:
    answer = client.post("/place/", {"district": PLACE}, headers={"Origin": "https://example.com"})

    assert answer.status_code == 403


def test_the_last_address_is_one_press_away(client: Client) -> None:
    client.force_login(in_lince())

    page = client.get("/place/").text

    assert "Usar mi última dirección: Lince" in page
    assert 'value="150116"' in page


def test_a_shop_elsewhere_asks_for_no_district(client: Client, variant: Variant) -> None:
    choose(client)
    config.COUNTRY = "CL"

    assert client.get("/place/").status_code == 404
    assert "place-chip" not in client.get("/").text
    assert dates(client, variant.product_id) == {}
    assert "Miraflores" not in client.get("/cart/").text


def in_lince() -> User:
    """A customer with an address."""
    user: User = UserFactory.create()
    place = Place.in_peru(all_districts()["150116"])
    Address.objects.create(
        user=user, recipient="Ana", phone="987654321", street="Av. 1", **vars(place)
    )
    return user


def fill(client: Client, variant: Variant) -> None:
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})


def test_the_cart_says_price_and_day_as_the_checkout_does(client: Client, variant: Variant) -> None:
    express = ShippingMethodFactory.create(position=9_999, handling_days=0)
    ShippingRateFactory.create(method=express, price="30.00", days_min=1, days_max=1)
    fill(client, variant)
    assert "Mira el día y el precio" in client.get("/cart/").text
    choose(client)

    page = client.get("/cart/")
    checkout = client.get("/checkout/")

    said, delivery = " ".join(page.text.split()), page.context["delivery"]
    assert "Envío a Miraflores" in said
    assert said.count(f"Llega {delivery.days}") == 2  # of the line, of the cart
    assert f"Más rápido: {delivery.faster_days} por S/ 30.00" in said
    assert page.context["sums"]["shipping"] == 12
    assert page.context["sums"]["total"] == checkout.context["sums"]["total"]
    assert f'value="{PLACE}"' in checkout.text


def test_the_drawer_says_it_too(client: Client, variant: Variant) -> None:
    choose(client)

    drawer = client.post(
        "/cart/add/",
        {"variant": variant.sku, "quantity": "1"},
        headers=HTMX | {"HX-Target": "cart-drawer-body"},
    )

    assert "Envío a Miraflores" in drawer.text
    assert "12.00" in drawer.text


def test_the_cart_says_where_nobody_goes(client: Client) -> None:
    fill(client, on_sale())
    choose(client)

    page = client.get("/cart/")

    assert "Todavía no llegamos a Miraflores" in page.text
    assert page.context["sums"]["shipping"] is None


def test_free_delivery_is_that_of_a_way_that_goes_there(client: Client, variant: Variant) -> None:
    for free_over, prefixes in ((150, ["08"]), (400, ["15"])):
        ShippingRateFactory.create(
            method__free_over=free_over, zone__ubigeo_prefixes=prefixes, zone__country="PE"
        )
    fill(client, variant)
    assert client.get("/cart/").context["cart"].free_delivery["promised"] == 150

    choose(client)

    assert client.get("/cart/").context["cart"].free_delivery["promised"] == 400


def test_a_saved_address_wins_over_the_place(client: Client, variant: Variant) -> None:
    client.force_login(in_lince())
    choose(client)
    fill(client, variant)

    page = client.get("/checkout/").text

    assert 'value="Lince, Lima, Lima"' in page
    assert PLACE not in page.split('id="checkout"')[1].split("<datalist")[0]


def test_who_asks_on_a_product_need_not_ask_again(client: Client, variant: Variant) -> None:
    address = f"/p/{variant.product.slug}/delivery/"

    folded = client.get(address, {"district": PLACE, "folded": "1"})
    asked = client.get(address, {"district": PLACE})

    assert not folded.cookies
    assert asked.cookies["district"].value == MIRAFLORES
