"""
Public pages ask the database the same number of questions however large the shop is.

The products are true ones, more than a page lists; test_page_budgets.py has a thousand of them.
"""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Availability, Product, Variant
from core.ids import uuid7
from tests.catalog.factories import VariantFactory

BUDGETS = {
    "/": 12,
    "/f/muebles/": 12,
    "/c/sofas/": 14,
    "/b/altozano/": 12,
    "/p/sofa-lima/": 16,
    "/search/?q=sofa": 18,
    "/search/suggest/?q=so": 10,
    "/kits/": 2,
    "/drops/": 2,
}


def fill(products: int) -> None:
    first = VariantFactory.create(
        product__name="Sofá Lima",
        product__slug="sofa-lima",
        product__category__slug="sofas",
        product__category__family__slug="muebles",
        brand__slug="altozano",
    )
    rows = [
        Product(
            id=uuid7(),
            name=f"Sofá {number}",
            slug=f"sofa-{number}",
            sku=f"S{number}",
            category=first.product.category,
            seller=first.product.seller,
            base_price=Decimal(10),
            availability=Availability.IN_STOCK,
        )
        for number in range(products)
    ]
    Product.objects.bulk_create(rows)
    Variant.objects.bulk_create(
        Variant(
            id=uuid7(),
            product=row,
            brand=first.brand,
            name=row.name,
            sku=row.sku,
            slug=row.slug,
            is_new=True,
            availability=Availability.IN_STOCK,
        )
        for row in rows
    )
    with connection.cursor() as cursor:  # as a shop of that size has been, by autovacuum
        cursor.execute("ANALYZE")


@pytest.mark.django_db
@pytest.mark.parametrize("products", [10, 200])
def test_a_page_costs_the_same_in_a_small_and_a_large_shop(
    client: Client, products: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill(products)
    for address in BUDGETS:  # settings of the shop are written down when first read
        client.get(address)

    for address, budget in BUDGETS.items():
        with django_assert_max_num_queries(budget):
            client.get(address)
    cache.clear()
