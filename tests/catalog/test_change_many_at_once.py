"""Staff who change the same goods at the same moment wait for each other, and nothing is lost."""

from decimal import Decimal

import pytest

from catalog.models import Product, Variant
from catalog.services.products import set_active
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once

ROUNDS = 40


@pytest.mark.django_db(transaction=True)
def test_prices_and_what_is_sold_change_side_by_side() -> None:
    variants = [VariantFactory.create() for _ in range(12)]
    keys = [variant.pk for variant in variants]
    products = [variant.product_id for variant in variants]

    def switch() -> None:
        for number in range(ROUNDS):
            set_active(Variant.objects.filter(pk__in=keys), is_active=bool(number % 2))

    def reprice() -> None:
        for number in range(ROUNDS):
            Product.objects.filter(pk__in=products).update(base_price=Decimal(100 + number))

    turns = iter((switch, reprice))

    def work() -> None:
        next(turns)()

    at_once(work, times=2)

    assert Variant.objects.filter(pk__in=keys, is_active=True).count() == len(keys)
