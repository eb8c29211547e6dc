"""Titles and descriptions for search engines: of a product and a category, in each language."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from catalog.models import Category, Product
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    found: Product = VariantFactory.create().product
    Product.objects.update(name_es="Silla Roma", description_es="Para leer.")
    Category.objects.update(name_es="Sillas", description_es="De madera.")
    found.refresh_from_db()
    return found


def head(client: Client, address: str, language: str = "es") -> str:
    page = client.get(address, headers={"accept-language": language}).content.decode()
    return page[: page.index("</head>")]


def test_texts_for_search_engines_replace_name_and_description(
    client: Client, product: Product
) -> None:
    page = head(client, f"/p/{product.slug}/")
    assert "<title>Silla Roma · " in page
    assert '<meta name="description" content="Para leer.">' in page

    Product.objects.update(seo_title_es="Silla para leer & trabajar", seo_description_es="De haya.")
    page = head(client, f"/p/{product.slug}/")

    assert "<title>Silla para leer &amp; trabajar · " in page
    assert '<meta name="description" content="De haya.">' in page


def test_a_category_has_its_own(client: Client, product: Product) -> None:
    address = f"/c/{product.category.slug}/"
    assert "<title>Sillas · " in head(client, address)

    Category.objects.update(seo_title_es="Sillas de comedor", seo_description_es="Con envío.")
    page = head(client, address)

    assert "<title>Sillas de comedor · " in page
    assert '<meta name="description" content="Con envío.">' in page


def test_a_text_in_the_other_language_is_not_shown(client: Client, product: Product) -> None:
    Product.objects.update(seo_title_en="A chair to read in")

    assert "A chair to read in" not in head(client, f"/p/{product.slug}/")
    assert "<title>Silla Roma · " in head(client, f"/p/{product.slug}/")


def test_spreadsheets_carry_them(product: Product, tmp_path: Path) -> None:
    Product.objects.update(seo_title_es="Silla para leer", seo_description_en="Made of beech.")
    target = tmp_path / "products.csv"

    call_command("export_products", output=target)

    with target.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["seo_title_es"] == "Silla para leer"
    assert row["seo_description_en"] == "Made of beech."
