"""Anyone who needs several rows takes them in the order in which everybody does."""

from collections.abc import Callable
from uuid import UUID

import pytest

from accounts.models import SellerStatus
from catalog.models import Product, ProductFacet, SearchEntry, StaleSearchEntry, Variant
from catalog.services import (
    add_sold,
    merge_brands,
    merge_categories,
    refresh_search,
    refresh_stale_search,
    set_active,
)
from sellers.services import resume, suspend
from tests.accounts.factories import SellerFactory
from tests.catalog.factories import BrandFactory, CategoryFactory, ProductFactory, VariantFactory
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


def test_brands_are_merged_after_a_sale_of_their_goods() -> None:
    first, second, into = BrandFactory.create_batch(3)
    low, high = VariantFactory.create(brand=second), VariantFactory.create(brand=first)

    with meanwhile(lambda: _sell(low.pk), lambda: _sell(high.pk)):
        merge_brands([first.pk, second.pk], into=into.pk)

    assert set(Variant.objects.values_list("brand", "units_sold")) == {(into.pk, 1)}


def test_categories_are_merged_after_a_sale_of_what_lies_on_and_below_them() -> None:
    into, first, second = (CategoryFactory.create(), *CategoryFactory.create_batch(2))
    CategoryFactory.create(family=first.family)
    CategoryFactory.create(family=second.family)
    CategoryFactory.create(parent=into, family=into.family, name="Botas")
    below = CategoryFactory.create(parent=first, family=first.family, name="Botas")
    low = VariantFactory.create(product__category=second)
    high = VariantFactory.create(product__category=below)

    with meanwhile(lambda: _sell(low.pk), lambda: _sell(high.pk)):
        merge_categories([first.pk, second.pk], into=into.pk)

    assert set(Variant.objects.values_list("units_sold", flat=True)) == {1}
    assert Product.objects.get(pk=low.product_id).category == into
    assert Product.objects.get(pk=high.product_id).category.parent == into


def test_an_option_of_a_variant_that_moves_meanwhile_is_counted_where_it_goes() -> None:
    variant, target = VariantFactory.create(), ProductFactory.create()
    here = Variant.objects.filter(pk=variant.pk)

    with meanwhile(lambda: here.update(product=target)):
        variant.options.create(name="Color", value="Rojo", key="color", value_key="red")

    facets = ProductFacet.objects.filter(key="color")
    assert list(facets.values_list("product_id", "value_key")) == [(target.pk, "red")]


def test_of_two_prices_that_change_at_once_the_lower_is_what_the_product_costs_from() -> None:
    one = VariantFactory.create(price_modifier=-50)
    other = VariantFactory.create(product=one.product)

    with meanwhile(lambda: Variant.objects.filter(pk=one.pk).update(price_modifier=100)):
        Variant.objects.filter(pk=other.pk).update(price_modifier=150)

    assert Product.objects.get(pk=one.product_id).price_from == 200


@pytest.mark.parametrize("change", [suspend, resume])
def test_goods_put_on_sale_while_their_seller_is_stopped_or_let_in_follow_him(
    change: Callable[[UUID], None],
) -> None:
    before = SellerStatus.APPROVED if change is suspend else SellerStatus.SUSPENDED
    seller = SellerFactory.create(status=before)
    product = ProductFactory.create(seller=seller, is_active=False)
    goods = Product.objects.filter(pk=product.pk)

    with meanwhile(lambda: set_active(goods, is_active=True)):
        change(seller.pk)

    product.refresh_from_db()
    assert product.is_active == (change is resume)
    assert product.waits_for_seller == (change is suspend)


def _sell(variant_id: UUID) -> None:
    add_sold({variant_id: 1})
