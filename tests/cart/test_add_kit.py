"""A kit goes into the cart at once, or not at all."""

from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import Kit, KitItem, Variant
from inventory.models import Reservation
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
    KitItem.objects.create(kit=kit, product=lamp.product, is_optional=True)
    return kit


def test_the_whole_kit_is_cheaper(client: Client, kit: Kit, sofa: Variant, lamp: Variant) -> None:
    data = {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]}

    cart = client.post("/cart/kit/", data, headers=JSON).json()

    assert (cart["count"], cart["total"]) == (2, "180.00")
    assert Reservation.objects.active().count() == 2


def test_the_discount_goes_with_the_required_item(
    client: Client, kit: Kit, sofa: Variant, lamp: Variant
) -> None:
    client.post("/cart/kit/", {"kit": kit.slug, "variant": [sofa.sku, lamp.sku]})

    cart = client.post(
        "/cart/remove/", {"variant": sofa.sku, "kit": str(kit.pk)}, headers=JSON
    ).json()

    assert (cart["count"], cart["total"]) == (1, "100.00")


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
