"""Compiled queries return what plain querysets return, with one compilation for all calls."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import override

from catalog.models import Product, Variant
from core.database.compiled import compiled
from core.database.lookups import AnyOf
from tests.catalog.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


@compiled
def _named(slug: str, now: datetime) -> QuerySet[Product]:
    rows: QuerySet[Product] = Product.objects.published(now).filter(slug=slug)
    return rows.select_related("category__family")


@compiled
def _names(keys: list[UUID]) -> "QuerySet[Product, Any]":
    return Product.objects.filter(AnyOf(F("pk"), keys)).order_by("slug").values_list("slug", "name")


@compiled
def _percent(text: str) -> QuerySet[Product]:
    return Product.objects.filter(name__contains="100%").filter(slug=text)


def test_rows_are_those_of_the_plain_queryset(django_assert_num_queries: Any) -> None:
    products = [ProductFactory.create(), ProductFactory.create()]
    now = timezone.now()

    for product in [*products, products[0]]:
        with django_assert_num_queries(1):
            (found,) = _named(product.slug, now)
            assert found.category.family.pk == product.category.family_id
        assert found == product
        assert vars(found).keys() == vars(Product.objects.get(pk=product.pk)).keys()


def test_rows_are_read_again_by_each_call() -> None:
    product = ProductFactory.create(slug="chair")
    assert [each.pk for each in _named("chair", timezone.now())] == [product.pk]

    Product.objects.filter(pk=product.pk).update(is_active=False)

    assert _named("chair", timezone.now()) == []


def test_lists_of_any_length_share_one_query() -> None:
    keys = sorted(ProductFactory.create(slug=f"p{number}").pk for number in range(3))

    assert _names([]) == []
    assert len(_names(keys[:1])) == 1
    assert [slug for slug, _ in _names([*keys, uuid4()])] == ["p0", "p1", "p2"]


def test_translated_columns_follow_the_language() -> None:
    product = ProductFactory.create(name_es="Silla", name_en="Chair")

    for language, name in (("es", "Silla"), ("en", "Chair"), ("es", "Silla")):
        with override(language):
            assert [found for _, found in _names([product.pk])] == [name]


def test_a_percent_sign_in_a_constant_stays_one() -> None:
    product = ProductFactory.create(slug="cotton", name_es="Algodón 100%", name_en="100% cotton")
    ProductFactory.create(slug="wool", name_es="Lana", name_en="Wool")

    assert [each.pk for each in _percent("cotton")] == [product.pk]
    assert _percent("wool") == []


def test_a_date_from_the_clock_is_refused() -> None:
    @compiled
    def released() -> QuerySet[Product]:
        return Product.objects.filter(published_at__lte=timezone.now())

    with pytest.raises(ValueError, match="make it an argument"):
        released()


def test_annotations_and_related_rows_are_set() -> None:
    variant = VariantFactory.create()

    @compiled
    def of(product: UUID) -> QuerySet[Variant]:
        rows = Variant.objects.filter(product=product).select_related("product__seller")
        return rows.annotate(twice=F("price") * 2)

    (found,) = of(variant.product_id)
    assert vars(found)["twice"] == variant.price * 2
    assert found.product.seller == variant.product.seller
