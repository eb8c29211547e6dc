"""Whoever changes a text, search finds the new one and no longer the old one."""

import pytest
from django.db import connection

from catalog.models import Category, Product, StaleSearchEntry, Variant
from catalog.search import found
from catalog.tasks import refresh_stale_search
from tests.catalog.factories import ProductFactory
from tests.catalog.lines import line, load, variant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> None:
    load(
        line("sofa", name="Leather sofa", name_es="Sofá de cuero", brand="Kolka"),
        line("chair", name="Oak chair", variants=[variant("C-1", color="Teal"), variant("C-2")]),
    )


@pytest.mark.parametrize(
    ("change", "new"),
    [
        ("UPDATE catalog_product SET name_es = 'Diván'", "divan"),
        ("UPDATE catalog_product SET description_en = 'so velvety'", "velvety"),
        ('UPDATE catalog_product SET attributes = \'{"fabric": "linen"}\'', "linen"),
        ("UPDATE catalog_brand SET name = 'Yuraq'", "yuraq"),
        ("UPDATE catalog_category SET name_en = 'Recliners'", "recliner"),
        ("UPDATE catalog_family SET name_es = 'Muebles'", "muebles"),
        ("UPDATE catalog_variant SET model = 'ZX-81' WHERE sku = 'sofa'", "zx-81"),
        ("UPDATE catalog_variantoption SET value_en = 'Ochre'", "ochre"),
    ],
)
def test_a_change_in_sql_is_found(change: str, new: str) -> None:
    assert found(new) == ()

    with connection.cursor() as cursor:
        cursor.execute(change)
    refresh_stale_search()

    assert found(new)
    assert not StaleSearchEntry.objects.exists()


def test_what_a_variant_that_is_gone_was_called_is_not_found() -> None:
    Variant.objects.filter(sku="C-1").update(is_active=False)
    refresh_stale_search()

    assert found("teal") == ()


def test_a_new_product_is_found_and_one_that_is_gone_leaves_nothing() -> None:
    new = ProductFactory.create(name="Puff")
    Variant.objects.filter(product__external_id="chair").delete()
    Product.objects.filter(external_id="chair").delete()

    refresh_stale_search()

    assert found("puff") == (str(new.pk),)
    assert found("oak") == ()


def test_sales_and_imports_leave_nothing_to_read_anew() -> None:
    Variant.objects.update(units_sold=3, availability="in_stock")
    Product.objects.update(units_sold=3, price_from=5)
    Category.objects.update(position=9)
    load(line("sofa", name="Suede sofa"))

    assert not StaleSearchEntry.objects.exists()
    assert found("suede")
