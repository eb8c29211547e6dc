"""The groups of filters beside a list: few values first, all for whoever asks."""

import re

import pytest
from django.test import Client

from catalog.models import Category
from tests.catalog.factories import BrandFactory, CategoryFactory, VariantFactory

pytestmark = pytest.mark.django_db
BRANDS = 12
FIRST = 10


@pytest.fixture
def category() -> Category:
    shelf: Category = CategoryFactory.create(slug="mesas")
    for number in range(BRANDS):
        brand = BrandFactory.create(name=f"Marca {number:02}", slug=f"marca-{number:02}")
        VariantFactory.create(product__category=shelf, brand=brand)
    return shelf


def brands_of(page: str) -> list[str]:
    return re.findall(r'name="brand"\s+id="[^"]*"\s+value="([^"]*)"', page)


def test_a_long_group_shows_its_first_values_and_leads_to_all_of_them(
    client: Client, category: Category
) -> None:
    page = client.get("/c/mesas/?sort=price").content.decode()

    assert brands_of(page) == [f"marca-{number:02}" for number in range(FIRST)]
    assert 'href="?sort=price&amp;whole=brand"' in page

    page = client.get("/c/mesas/?sort=price&whole=brand").content.decode()

    assert len(brands_of(page)) == BRANDS
    assert 'href="?sort=price"' in page
    assert '<input type="hidden" name="whole" value="brand">' in page


def test_a_chosen_value_is_shown_wherever_it_stands(client: Client, category: Category) -> None:
    page = client.get("/c/mesas/?brand=marca-11").content.decode()

    assert brands_of(page)[FIRST:] == ["marca-11"]


def test_a_group_that_nobody_knows_changes_nothing(client: Client, category: Category) -> None:
    page = client.get("/c/mesas/?whole=%00%22%3E%3Cb%3E").content.decode()

    assert len(brands_of(page)) == FIRST
    assert '"><b>' not in page
