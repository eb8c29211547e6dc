"""A kit goes into the cart at once, or not at all."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cart import store
from catalog.models import Kit, KitItem, Variant
from inventory.models import Reservation
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def sofa() -> Variant:
    return stocked(5)


@pytest.fixture
def lamp() -> Variant:
    return stocked(5)


@pytest.fixture
def kit(sofa: Variant, lamp: Variant) -> Kit:
    """A sofa, and a lamp if wanted; ten percent off."""
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=Decimal(10))
    KitItem.objects.create(kit=kit, product=sofa.product)
    KitItem.objects.create(kit=kit, product=lamp.product, is_optional=True, position=1)
    return kit


def test_the_whole_kit_is_cheaper(client: Client, kit: Kit, sofa: Variant, lamp: Variant) -> None:
    data = {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]}

    cart = client.post("/cart/kit/", data, headers=JSON).json()

    assert (cart["count"], cart["total"]) == (2, "180.00")
    assert Reservation.objects.active().count() == 2


def test_the_parts_lie_in_the_cart_in_the_order_of_the_kit(client: Client) -> None:
    kit = Kit.objects.create(name="Comedor", slug="comedor", discount_percent=Decimal(10))
    parts = [stocked(5) for _ in range(6)]
    for place, part in reversed([*enumerate(parts)]):
        KitItem.objects.create(kit=kit, product=part.product, position=place)

    data = {"kit": kit.slug, "variant": sorted((part.sku for part in parts), reverse=True)}
    cart = client.post("/cart/kit/", data, headers=JSON).json()

    assert [line["sku"] for line in cart["lines"]] == [part.sku for part in parts]


def test_no_form_asks_for_more_things_than_a_cart_has_lines(
    client: Client, kit: Kit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    stray = {f"item_{number}": f"NADA-{number}" for number in range(300)}

    with django_assert_max_num_queries(store.MAX_LINES + 30):
        answer = client.post("/cart/kit/", {"kit": kit.slug} | stray, headers=JSON)

    assert answer.status_code == 422


def test_the_discount_goes_with_the_required_item(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})

    cart = client.post(
        "/cart/remove/", {"variant": sofa.sku, "kit": str(kit.pk)}, headers=JSON
    ).json()

    assert (cart["count"], cart["total"]) == (1, "100.00")


def test_of_two_kits_with_a_part_taken_out_one_keeps_its_discount(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    for _ in range(2):
        client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})

    one_less = {"variant": sofa.sku, "kit": str(kit.pk), "quantity": "1"}
    cart = client.post("/cart/update/", one_less, headers=JSON).json()

    assert [(line["quantity"], line["total"]) for line in cart["lines"]] == [
        (1, "90.00"),
        (2, "190.00"),
    ]


def test_the_same_thing_bought_beside_the_kit_does_not_stand_in_for_its_part(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})
    client.post("/cart/add/", {"variant": sofa.sku, "quantity": "1"})

    cart = client.post(
        "/cart/remove/", {"variant": sofa.sku, "kit": str(kit.pk)}, headers=JSON
    ).json()

    assert (cart["count"], cart["total"]) == (2, "200.00")


def test_the_option_that_was_chosen_is_what_comes(client: Client, kit: Kit, sofa: Variant) -> None:
    green = stocked(5, variant=VariantFactory.create(product=sofa.product))

    cart = client.post("/cart/kit/", {"kit": kit.slug, "variant": [green.sku]}, headers=JSON).json()
    both = {"kit": kit.slug, "variant": [green.sku, sofa.sku]}
    refused = client.post("/cart/kit/", both, headers=JSON)

    assert [line["sku"] for line in cart["lines"]] == [green.sku]
    assert refused.status_code == 409
    assert refused.json()["count"] == 1


def test_all_or_none_where_one_thing_is_sold_out(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    Client().post("/cart/add/", {"variant": lamp.sku, "quantity": "5"})

    answer = client.post(
        "/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]}, headers=JSON
    )

    assert answer.status_code == 409
    assert answer.json()["count"] == 0
    assert Reservation.objects.active().get().quantity == 5


def test_an_optional_item_may_stay_away(client: Client, kit: Kit, sofa: Variant) -> None:
    data = {"kit": kit.slug, "variant": [sofa.sku]}

    cart = client.post("/cart/kit/", data, headers=JSON).json()

    assert (cart["count"], cart["total"]) == (1, "90.00")


def test_a_missing_required_item_is_refused(client: Client, kit: Kit, lamp: Variant) -> None:
    response = client.post("/cart/kit/", {"kit": kit.slug, "variant": [lamp.sku]}, headers=JSON)

    assert response.status_code == 409
    assert response.json()["count"] == 0


@pytest.mark.parametrize("slug", ["", "nada", "\0"])
def test_an_unknown_kit_is_refused(client: Client, sofa: Variant, slug: str) -> None:
    response = client.post("/cart/kit/", {"kit": slug, "variant": [sofa.sku]})

    assert response.status_code in (409, 422)


def test_a_kit_is_one_group_with_one_clock_and_says_when_its_price_does_not_hold(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})
    whole = client.get("/en/cart/").content.decode()

    client.post("/cart/remove/", {"variant": sofa.sku, "kit": str(kit.pk)})
    broken = client.get("/en/cart/").content.decode()

    assert (whole.count("<b>Sala</b>"), whole.count("Reserved for you")) == (1, 1)
    assert "The kit is incomplete" not in whole
    assert broken.count("The kit is incomplete") == 1


def test_an_edited_kit_takes_the_place_of_the_one_in_the_cart(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    leather = stocked(5, variant=VariantFactory.create(product=sofa.product))
    for _time in range(2):
        client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})
    client.post("/cart/add/", {"variant": sofa.sku, "quantity": "1"})
    link = re.search(r'href="([^"]+)" rel="nofollow">Edit kit', client.get("/en/cart/").text)
    assert link

    form = client.get(unescape(link[1]))
    chosen = {item.variant.sku: item.is_taken for item in form.context["items"]}
    cart = client.post(
        "/cart/kit/", {"kit": kit.slug, "instead": "2", "variant": [leather.sku]}, headers=JSON
    ).json()

    assert chosen == {sofa.sku: True, lamp.sku: True}
    assert '<input type="hidden" name="instead" value="2">' in form.text
    assert [(line["sku"], line["kit"], line["quantity"]) for line in cart["lines"]] == [
        (sofa.sku, "", 1),
        (leather.sku, str(kit.pk), 2),
    ]
    held = Reservation.objects.active().values_list("variant", "quantity")
    assert dict(held) == {sofa.pk: 1, leather.pk: 2}


def test_an_edit_that_cannot_be_had_leaves_the_kit_as_it_was(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    scarce = stocked(1, variant=VariantFactory.create(product=sofa.product))
    client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})

    edited = {"kit": kit.slug, "instead": "2", "variant": [scarce.sku, lamp.sku]}
    answer = client.post("/cart/kit/", edited, headers=JSON)

    assert answer.status_code == 409
    assert [line["sku"] for line in answer.json()["lines"]] == [sofa.sku, lamp.sku]


def test_a_part_taken_out_goes_back_into_its_kit_alone(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})
    part = {"variant": sofa.sku, "kit": str(kit.pk), "quantity": "1"}
    client.post("/cart/remove/", part)

    back = client.post("/cart/put-back/", part, headers=JSON)
    stray = client.post("/cart/put-back/", part | {"variant": stocked(5).sku}, headers=JSON)
    made_up = client.post("/cart/put-back/", part | {"kit": "x"}, headers=JSON)

    assert back.json()["total"] == "180.00"
    assert (stray.status_code, made_up.status_code) == (409, 409)
