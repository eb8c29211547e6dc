"""What belongs together, counted from what was ordered together."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Variant
from orders import co_purchases
from orders.models import BoughtTogether, Order, OrderLine
from tests.catalog.factories import VariantFactory
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db


def sell(*variants: Variant, times: int = co_purchases.MIN_ORDERS) -> list[Order]:
    """Orders of one of each, on their way."""
    orders = [place(*(new_line(each) for each in variants)) for _ in range(times)]
    Order.objects.filter(pk__in=[each.pk for each in orders]).update(status="confirmed")
    return orders


def partners(variant: Variant) -> Sequence[object]:
    co_purchases.recount(timezone.now())
    return co_purchases.partners_of(variant.product_id)


def test_products_of_the_same_orders_belong_together_both_ways() -> None:
    sofa, cushion = VariantFactory.create_batch(2)
    sell(sofa, cushion)

    assert partners(sofa) == [cushion.product_id]
    assert partners(cushion) == [sofa.product_id]


def test_what_everybody_buys_anyway_comes_after_what_goes_with_it() -> None:
    sofa, cushion, bag = VariantFactory.create_batch(3)
    sell(sofa, cushion, bag)
    sell(bag, times=9)

    assert partners(sofa) == [cushion.product_id, bag.product_id]


def test_chance_cancelled_old_and_endless_orders_say_nothing() -> None:
    sofa, once, cancelled, late, taken_out = VariantFactory.create_batch(5)
    sell(sofa, once, times=co_purchases.MIN_ORDERS - 1)
    Order.objects.filter(pk__in=[o.pk for o in sell(sofa, cancelled)]).update(status="cancelled")
    Order.objects.filter(pk__in=[o.pk for o in sell(sofa, late)]).update(
        placed_at=timezone.now() - timedelta(days=366)
    )
    sell(sofa, taken_out)
    OrderLine.objects.filter(variant=taken_out).update(cancelled_quantity=1)
    sell(sofa, *VariantFactory.create_batch(co_purchases.MAX_PRODUCTS))

    assert partners(sofa) == []


def test_a_second_count_takes_the_place_of_the_first_and_variants_are_one_product() -> None:
    sofa, cushion = VariantFactory.create_batch(2)
    blue = VariantFactory.create(product=cushion.product)
    orders = sell(sofa, cushion, blue)
    first = partners(sofa)
    Order.objects.filter(pk=orders[0].pk).update(status="cancelled")

    assert first == [cushion.product_id]
    assert partners(sofa) == []
    assert not BoughtTogether.objects.exists()
