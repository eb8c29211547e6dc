"""Whoever needs several rows takes them in the order in which everybody does."""

import pytest

from catalog.models import Product, SearchEntry, StaleSearchEntry
from catalog.services import refresh_search, refresh_stale_search
from tests.catalog.factories import ProductFactory
from tests.concurrency import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


def test_search_is_written_anew_after_a_file_that_is_being_read() -> None:
    product = ProductFactory.create(name="Puff")
    refresh_search([product.pk])

    with meanwhile(
        lambda: Product.objects.filter(pk=product.pk).update(units_sold=1),
        lambda: refresh_search([product.pk]),
    ):
        refresh_search([product.pk])

    assert SearchEntry.objects.get().title.startswith("puff")


def test_search_reads_a_product_that_somebody_is_changing_next_time() -> None:
    product = ProductFactory.create(name="Puff")

    with meanwhile(lambda: Product.objects.filter(pk=product.pk).update(units_sold=1)):
        taken = refresh_stale_search()

    assert taken == 0
    assert StaleSearchEntry.objects.count() == 1
    assert refresh_stale_search() == 1
