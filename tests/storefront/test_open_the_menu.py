"""The tree of shelves: a page without scripts, a part of any page with them."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Collection, CollectionProduct, ProductImage
from tests.catalog.factories import CategoryFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sofas() -> Category:
    """A shelf below another, with a sofa on it; the one beside it is empty."""
    room: Category = CategoryFactory.create(name="Sala", slug="sala", family__slug="muebles")
    shelf: Category = CategoryFactory.create(
        name="Sofás", slug="sofas", family=room.family, parent=room
    )
    CategoryFactory.create(name="Camas", slug="camas", family=room.family)
    VariantFactory.create(product__category=shelf)
    return shelf


def test_it_has_the_families_and_the_shelves_with_something_on_them(
    client: Client, sofas: Category
) -> None:
    page = client.get("/menu/").text

    for address in ("/f/muebles/", "/c/sala/", "/c/sofas/", "/kits/"):
        assert f'href="{address}"' in page
    assert "/c/camas/" not in page


def test_scripts_get_it_as_a_dialog_alone(client: Client, sofas: Category) -> None:
    answer = client.get("/en/menu/", headers={"HX-Request": "true"})

    assert answer.text.count("<dialog") == 1
    assert "<html" not in answer.text
    assert 'href="/en/c/sofas/"' in answer.text
    assert "HX-Request" in answer["Vary"]


def test_every_page_leads_to_it_and_none_carries_it(client: Client, sofas: Category) -> None:
    page = client.get("/kits/").text

    assert 'href="/menu/"' in page
    assert "/c/sofas/" not in page


def test_a_hidden_shelf_leaves_it(client: Client, sofas: Category) -> None:
    sofas.is_active = False
    sofas.save()

    assert "/c/sofas/" not in client.get("/menu/").text


def test_a_category_is_called_by_its_name_alone(client: Client, sofas: Category) -> None:
    ProductImage.objects.create(
        product=sofas.products.get(), picture="sofa.jpg", width=9, height=9, alt="Sofá gris"
    )

    page = client.get("/menu/").text

    assert "sofa.jpg" in page
    assert "Sofá gris" not in page


def test_a_family_shows_its_newest_running_collection(
    client: Client, sofas: Category, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    Image.new("RGB", (4, 3)).save(tmp_path / "hero.png")
    product = sofas.products.get()
    for name, days in (("old", 9), ("new", 2), ("coming", -2)):
        collection = Collection.objects.create(
            name=name,
            slug=name,
            hero_image="hero.png",
            starts_at=timezone.now() - timedelta(days=days),
            is_active=True,
        )
        CollectionProduct.objects.create(collection=collection, product=product)

    page = client.get("/menu/").text

    assert re.findall(r'class="menu__promoted" href="([^"]+)"', page) == ["/drops/new/"]


def test_many_shelves_cost_no_more_queries(
    client: Client, sofas: Category, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        VariantFactory.create(product__category__family=sofas.family)
    client.get("/menu/")

    with django_assert_max_num_queries(4):
        client.get("/menu/")
