"""The product's page promises what the cart will keep: how many, and for how long."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Collection, CollectionProduct, CollectionType, Variant
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db
MAX = re.compile(r'name="quantity".*?max="(\d+)"', re.DOTALL)


@pytest.fixture
def variant() -> Variant:
    return VariantFactory.create(product__slug="zapatilla-noche")


def page_of(client: Client, variant: Variant) -> str:
    return client.get(f"/p/{variant.product.slug}/").content.decode()


def most(page: str) -> str:
    found = MAX.search(page)
    assert found is not None
    return found[1]


def test_a_limit_of_the_products_own_is_said_beside_the_button(
    client: Client, variant: Variant
) -> None:
    variant.product.purchase_limit = 2
    variant.product.save()

    page = page_of(client, variant)

    assert "Máximo 2 unidades por cliente" in page
    assert most(page) == "2"


def test_the_shops_own_limit_bounds_the_field_and_needs_no_words(
    client: Client, variant: Variant
) -> None:
    page = page_of(client, variant)

    assert "por cliente" not in page
    assert most(page) == "10"


def test_a_drop_that_holds_for_less_says_so(client: Client, variant: Variant) -> None:
    drop = Collection.objects.create(
        name="Noche",
        slug="noche",
        type=CollectionType.DROP,
        is_active=True,
        starts_at=timezone.now() - timedelta(hours=1),
        hold_minutes=5,
    )
    CollectionProduct.objects.create(collection=drop, product=variant.product)

    assert "Lo reservamos 5 minutos" in page_of(client, variant)
    assert "Te guardamos 5 minutos" in client.get("/drops/noche/").content.decode()
