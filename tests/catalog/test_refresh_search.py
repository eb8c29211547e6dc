"""Anyone who changes a text, search finds the new one and no longer the old one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from catalog.models import Category, Product, SearchWord, StaleSearchEntry, Variant
from catalog.search import found
from catalog.services import count_search_words
from catalog.tasks import refresh_stale_search
from tests.accounts.factories import house
from tests.catalog.factories import ProductFactory
from tests.catalog.lines import line, load, variant
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> None:
    house()
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
    assert not found(new)

    with connection.cursor() as cursor:
        cursor.execute(change)
    refresh_stale_search()

    assert found(new)
    assert not StaleSearchEntry.objects.exists()


def test_what_a_variant_that_is_gone_was_called_is_not_found() -> None:
    Variant.objects.filter(sku="C-1").update(is_active=False)
    refresh_stale_search()

    assert not found("teal")


def test_a_new_product_is_found_and_one_that_is_gone_leaves_nothing() -> None:
    new = ProductFactory.create(name="Puff")
    Variant.objects.filter(product__external_id="chair").delete()
    Product.objects.filter(external_id="chair").delete()

    refresh_stale_search()

    assert found("puff") == [str(new.pk)]
    assert not found("oak")


def test_sales_and_imports_leave_nothing_to_read_again() -> None:
    Variant.objects.update(units_sold=3, availability="in_stock")
    Product.objects.update(units_sold=3, price_from=5)
    Category.objects.update(position=9)
    load(line("sofa", name="Suede sofa"))

    assert not StaleSearchEntry.objects.exists()
    assert found("suede")


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_while_another_is_read_is_not_lost() -> None:
    Product.objects.filter(external_id="chair").update(name_en="First")
    is_changed, is_read = Event(), Event()

    def change() -> None:
        with transaction.atomic():
            Product.objects.filter(external_id="chair").update(name_en="Second")
            is_changed.set()
            is_read.wait(10)
        connection.close()

    with ThreadPoolExecutor() as pool:
        done = pool.submit(change)
        is_changed.wait(10)
        refresh_stale_search()
        is_read.set()
        done.result()
    refresh_stale_search()

    assert found("second")
    assert not found("first")


@pytest.mark.django_db(transaction=True)
def test_words_that_are_counted_twice_at_once_are_there_once() -> None:
    numbers = at_once(count_search_words)

    assert len(set(numbers)) == 1
    assert SearchWord.objects.count() == numbers[0] > 0
