"""The groups of filters beside a list: few values first, all for anyone who asks."""

import re

import pytest
from django.test import Client

from catalog.models import Availability, Category, Variant
from catalog.services import set_availability
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


def test_a_price_is_money_wherever_it_narrows(client: Client, category: Category) -> None:
    page = client.get("/c/mesas/?price_max=1500").content.decode()

    assert "Hasta S/\N{NO-BREAK SPACE}1,500.00" in page
    assert "Precios aquí" not in page


def test_filters_that_leave_nothing_show_what_sells_best_with_the_way_back(
    client: Client, category: Category
) -> None:
    for variant in Variant.objects.all():
        set_availability(variant.pk, Availability.IN_STOCK)

    for headers in ({}, {"HX-Request": "true"}):
        page = client.get("/c/mesas/?price_max=1", headers=headers).content.decode()

        assert "Nada coincide con estos filtros" in page
        assert "Más populares" in page
        assert page.count('class="card"') > 0


def test_an_empty_shelf_does_not_speak_of_filters(client: Client) -> None:
    CategoryFactory.create(slug="vacia")

    page = client.get("/c/vacia/").content.decode()

    assert "Por ahora no hay nada aquí" in page
    assert "filtros" not in page
