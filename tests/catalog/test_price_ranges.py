"""Ranges of prices beside the boxes: cut by the products of the list, in round amounts."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from catalog.models import Availability, Category, Product
from catalog.search import found as found_by
from catalog.selectors import Listing, ListingFilters, Scope, listing
from tests.catalog.factories import BrandFactory, CategoryFactory, VariantFactory

pytestmark = pytest.mark.django_db
PRICES = ("19.90", "89.90", "129.90", "239.00", "437.50", "899.00", "1499.00", "3299.00")


@pytest.fixture
def shelf() -> Category:
    category: Category = CategoryFactory.create(slug="salas")
    brand = BrandFactory.create(slug="kolka")
    for price in PRICES:
        variant = VariantFactory.create(
            product__category=category, product__base_price=Decimal(price), brand=brand
        )
        Product.objects.filter(pk=variant.product_id).update(availability=Availability.IN_STOCK)
    return category


def ranges(query: str, scope: Scope) -> list[tuple[str, str, bool]]:
    found: Listing = listing(ListingFilters.from_query(QueryDict(query)), scope=scope)
    return [
        (each.label.replace("\xa0", " "), each.query, each.chosen) for each in found.price_ranges
    ]


def test_a_list_offers_ranges_between_its_quartiles(shelf: Category) -> None:
    with override("en"):
        found = ranges("available=1&sort=price", Scope(category_id=shelf.pk))

    assert [label for label, _query, _chosen in found] == [
        "Up to S/ 90.00",
        "S/ 90.00 – S/ 240.00",
        "S/ 240.00 – S/ 900.00",
        "From S/ 900.00",
    ]
    assert found[1][1] == "available=1&price_min=90&price_max=240&sort=price"
    assert found[3][1] == "available=1&price_min=900&sort=price"


def test_a_chosen_range_stays_among_the_same_ones_and_leads_back(shelf: Category) -> None:
    scope = Scope(category_id=shelf.pk)
    with override("en"):
        whole, found = ranges("", scope), ranges("price_min=90&price_max=240", scope)

    assert [label for label, *_rest in found] == [label for label, *_rest in whole]
    assert [chosen for *_rest, chosen in found] == [False, True, False, False]
    assert found[1][1] == ""


@pytest.mark.parametrize("prices", [["50"], ["50", "50", "50", "51"], []])
def test_prices_close_together_have_no_ranges(prices: list[str]) -> None:
    category = CategoryFactory.create()
    for price in prices:
        VariantFactory.create(product__category=category, product__base_price=Decimal(price))

    assert ranges("", Scope(category_id=category.pk)) == []


def test_a_search_has_them_too(shelf: Category) -> None:
    assert len(ranges("", Scope(product_ids=found_by("product")))) in (0, 4)


def test_the_page_links_them_and_asks_no_more(
    client: Client, shelf: Category, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/en/c/salas/?available=1")

    with django_assert_max_num_queries(10):
        page = client.get("/en/c/salas/?available=1")

    assert 'href="?available=1&amp;price_min=90&amp;price_max=240"' in page.text
    assert "Up to S/\xa090.00" in page.text


def test_the_page_of_a_brand_does_not_ask_for_the_brand(client: Client, shelf: Category) -> None:
    brand, category = client.get("/b/kolka/"), client.get("/c/salas/")

    assert "facet-brand" not in brand.text
    assert "facet-price" in brand.text
    assert "facet-brand" in category.text
