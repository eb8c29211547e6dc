"""What lists count by: the brands and options of a product's variants, kept by the database."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import SellerStatus
from catalog.models import BRAND_KEY, Product, ProductFacet, Variant, VariantOption
from catalog.search import found
from catalog.selectors import PAGE_SIZE, ListingFilters, Scope, Sort, listing
from tests.accounts.factories import SellerFactory, house
from tests.catalog.factories import BrandFactory, CategoryFactory, ProductFactory, VariantFactory
from tests.catalog.lines import line, load, variant
from tests.catalog.sheets import row, table, take_in
from tests.concurrency import at_once
from tests.plans import watched

pytestmark = pytest.mark.django_db


def _option(owner: Variant, key: str, value: str) -> VariantOption:
    return VariantOption.objects.create(
        variant=owner, name=key.title(), value=value.title(), key=key, value_key=value
    )


def _kept(product: Product) -> set[tuple[str, str]]:
    rows = ProductFacet.objects.filter(product_id=product.pk, category_id=product.category_id)
    assert rows.count() == ProductFacet.objects.filter(product_id=product.pk).count()
    return set(rows.values_list("key", "value_key"))


def _said(product: Product) -> set[tuple[str, str]]:
    variants = Variant.objects.filter(product=product, is_active=True, product__is_active=True)
    options = VariantOption.objects.filter(variant__in=variants)
    brands = variants.filter(brand__isnull=False).values_list("brand", flat=True)
    return {(BRAND_KEY, str(key)) for key in brands} | set(options.values_list("key", "value_key"))


def test_whatever_changes_a_variant_changes_what_its_product_is_counted_by() -> None:
    first = VariantFactory.create()
    product, other = first.product, ProductFactory.create()
    second = VariantFactory.create(product=product, brand=first.brand)
    red, also_red = _option(first, "color", "red"), _option(second, "color", "red")
    size = _option(first, "size", "m")
    steps: list[Callable[[], object]] = [
        lambda: VariantOption.objects.filter(pk=red.pk).update(value_key="blue"),
        lambda: Variant.objects.filter(pk=second.pk).update(brand=BrandFactory.create()),
        lambda: Variant.objects.filter(pk=second.pk).update(brand=None),
        lambda: Variant.objects.filter(pk=first.pk).update(is_active=False),
        lambda: Variant.objects.filter(pk=first.pk).update(is_active=True),
        size.delete,
        lambda: VariantOption.objects.filter(pk=also_red.pk).update(variant=first, key="shade"),
        lambda: Product.objects.filter(pk=product.pk).update(category=CategoryFactory.create()),
        lambda: Product.objects.filter(pk=product.pk).update(is_active=False),
        lambda: Product.objects.filter(pk=product.pk).update(is_active=True),
        lambda: Variant.objects.filter(pk=second.pk).update(product=other),
        lambda: Variant.objects.filter(pk=first.pk).update(product=other),
    ]

    for step in steps:
        step()

        product.refresh_from_db()
        assert _kept(product) == _said(product)
        assert _kept(other) == _said(other)
    assert len(_kept(other)) == 3
    assert not _kept(product)


def test_a_product_that_is_deleted_is_counted_no_more() -> None:
    owner = VariantFactory.create()
    _option(owner, "color", "red")

    owner.product.delete()

    assert not ProductFacet.objects.exists()


def test_a_file_changes_what_its_products_are_counted_by() -> None:
    load(line("a", brand="Garúa", variants=[variant("A", color="Red"), variant("B", color="Blue")]))

    load(line("a", brand="Kolka", path=["Clothes", "Coats"], variants=[variant("A", color="Sand")]))

    product = Product.objects.get(external_id="a")
    assert _kept(product) == _said(product)
    assert ("color", "sand") in _kept(product)


def test_a_sheet_that_only_takes_an_option_away_has_it_counted_and_found_no_more() -> None:
    take_in(table(row("POLO-M", options="Talla=M | Color=Turquesa")))
    [product] = Product.objects.all()
    assert found("turquesa") == [str(product.pk)]

    take_in(table({"sku": "POLO-M", "options": "Talla=M"}))

    assert _kept(product) == _said(product) == {("talla", "m")}
    assert not found("turquesa")


def test_what_was_lost_is_written_again_by_the_command() -> None:
    load(line("a", brand="Garúa", variants=[variant("A", color="Red")]))
    product = Product.objects.get(external_id="a")
    ProductFacet.objects.filter(key="color").update(value_key="blue")

    call_command("reindex_search")

    assert _kept(product) == _said(product)


def test_products_of_a_suspended_seller_are_counted_no_more() -> None:
    product = VariantFactory.create().product
    seller = SellerFactory.create(status=SellerStatus.SUSPENDED)

    Product.objects.filter(pk=product.pk).update(seller=seller)

    assert not _kept(product)


def test_a_product_that_is_to_come_is_counted_from_then_on() -> None:
    load(line("a", brand="Garúa"), line("b", brand="Garúa"), line("c", brand="Kolka"))
    later = timezone.now() + timedelta(hours=1)
    Product.objects.filter(external_id__in=["b", "c"]).update(published_at=later)
    scope = Scope(category_id=Product.objects.all()[0].category_id)

    [before] = listing(ListingFilters(), scope=scope).facets[0].values
    Product.objects.filter(published_at=later).update(published_at=timezone.now())
    after = listing(ListingFilters(), scope=scope).facets[0].values

    assert (before.value, before.count) == ("garua", 1)
    assert [(value.value, value.count) for value in after] == [("garua", 2), ("kolka", 1)]


def test_a_brand_lists_what_it_still_sells() -> None:
    gone, sold = VariantFactory.create_batch(2, brand=BrandFactory.create())
    VariantFactory.create(product=gone.product)
    Variant.objects.filter(pk=gone.pk).update(is_active=False)

    found = listing(ListingFilters(), scope=Scope(brand_id=sold.brand_id))

    assert [card.id for card in found.cards] == [sold.product_id]


@pytest.mark.django_db(transaction=True)
def test_of_two_variants_that_go_at_once_neither_is_counted() -> None:
    one = VariantFactory.create()
    variants = [one, *(VariantFactory.create(product=one.product) for _ in range(7))]
    for each in variants:
        _option(each, "color", "red")
    waiting = [each.pk for each in variants]

    at_once(lambda: Variant.objects.filter(pk=waiting.pop()).update(is_active=False))

    assert not _kept(one.product)


def test_a_short_list_in_a_long_catalogue_reads_few_products() -> None:
    """Two shelves together, which no index has in any order."""
    above = CategoryFactory.create()
    below = CategoryFactory.create(parent=above, family=above.family)
    few = {VariantFactory.create(product__category=shelf).product_id for shelf in (above, below)}
    others, seller = CategoryFactory.create_batch(60), house()
    Product.objects.bulk_create(
        ProductFactory.build(category=shelf, seller=seller, rating_average=5, units_sold=number)
        for shelf in others
        for number in range(50)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_product, catalog_productfacet")

    for sort in (Sort.POPULAR, Sort.NEWEST, Sort.PRICE_UP, Sort.RATING):
        with watched() as reads:
            found = listing(ListingFilters(sort=sort.value), scope=Scope(category_id=above.pk))

        assert {card.id for card in found.cards} == few
        page = [read.rows for read in reads if f"LIMIT {PAGE_SIZE}" in read.statement]
        assert 0 < max(page) < 100
