"""A query that was put together once gives what its queryset gives, for any argument."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import override

from catalog.models import Category, Product, Variant
from core.lookups import AnyOf
from core.planned import planned
from tests.catalog.factories import CategoryFactory, ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def shelf(category: UUID, name: str, now: datetime) -> QuerySet[Product]:
    rows: QuerySet[Product] = (
        Product.objects.published(now).filter(category=category).exclude(name=name)
    )
    return rows.select_related("category__family", "seller").order_by("sku")


def test_the_rows_are_those_of_the_queryset_with_what_was_read_along(
    django_assert_num_queries: Any,
) -> None:
    category = CategoryFactory.create()
    ProductFactory.create_batch(3, category=category)
    ProductFactory.create(category=category, name="100 % algodón")
    ProductFactory.create(category=category, published_at=timezone.now() + timedelta(days=1))
    now = timezone.now()
    ask = planned(shelf)
    ask(uuid4(), "else", now)

    with django_assert_num_queries(1):
        found = ask(category.pk, "100 % algodón", now)
        names = [(each.category.family.name, each.seller.name) for each in found]

    wanted = list(shelf(category.pk, "100 % algodón", now))
    assert found == wanted
    assert len(found) == 3
    assert [each.__dict__.keys() for each in found] == [each.__dict__.keys() for each in wanted]
    assert names == [(each.category.family.name, each.seller.name) for each in wanted]


def test_the_clock_does_not_stand_still() -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    product = ProductFactory.create(published_at=tomorrow)
    ask = planned(shelf)

    assert ask(product.category_id, "", timezone.now()) == []
    assert ask(product.category_id, "", tomorrow + timedelta(hours=1)) == [product]


def test_each_language_has_its_own_sql() -> None:
    CategoryFactory.create(name_es="Sillas", name_en="Chairs")
    ask = planned(lambda: Category.objects.order_by("name").values_list("name", flat=True))

    found = [*ask()]
    with override("en"):
        found += ask()

    assert found == ["Sillas", "Chairs"]


@pytest.mark.parametrize("number", [0, 1, 3, 300])
def test_a_list_of_any_length_is_one_argument(number: int) -> None:
    products = ProductFactory.create_batch(3)
    strangers = [uuid4() for _ in range(max(0, number - 3))]
    keys = [each.pk for each in products][:number] + strangers
    ask = planned(lambda keys: Product.objects.filter(AnyOf(F("pk"), keys)).order_by("pk"))
    ask(keys[:1])

    found = ask(keys)

    assert found == sorted(products[:number], key=lambda each: each.pk)


def test_flags_have_an_sql_each() -> None:
    VariantFactory.create(is_new=True)
    VariantFactory.create(is_new=False)
    ask = planned(
        lambda is_new: (
            Variant.objects.all() if is_new is None else Variant.objects.filter(is_new=is_new)
        )
    )

    assert [len(ask(None)), len(ask(True)), len(ask(False))] == [2, 1, 1]


def test_named_values_and_annotations_come_along() -> None:
    variant = VariantFactory.create()

    def build(key: UUID) -> QuerySet[Variant, Any]:
        rows = Variant.objects.filter(pk=key).annotate(of=F("product__name"))
        return rows.values_list("sku", "of", named=True)

    (found,) = planned(build)(variant.pk)

    assert (found.sku, found.of) == (variant.sku, variant.product.name)


def test_a_moment_that_would_be_kept_is_refused() -> None:
    ask = planned(Product.objects.published)

    with pytest.raises(ValueError, match="stand still"):
        ask()


def test_an_argument_that_is_not_in_the_query_is_refused() -> None:
    ask = planned(lambda name: Product.objects.filter(name=name.upper()))

    with pytest.raises(ValueError, match="not in the query"):
        ask("silla")


def test_what_asks_for_one_key_is_not_planned_each_time() -> None:
    key = VariantFactory.create().pk
    ask = planned(sold)

    for _ in range(20):
        ask([key])

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans, generic_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%catalog_variant%accounts_seller%' ORDER BY prepare_time DESC"
        )
        known, kept = cursor.fetchone() or (0, 0)
    assert (known, kept) == (5, 15)


def sold(variants: list[UUID]) -> QuerySet[Variant]:
    related = ("product__category__family", "product__seller", "brand")
    return Variant.objects.filter(AnyOf(F("pk"), variants)).select_related(*related)


def test_a_plan_holds_no_connection_of_the_thread_that_made_it() -> None:
    """Else it stayed open when that thread has ended."""
    ask = planned(lambda: Category.objects.order_by("slug"))

    assert ask() == ask()

    [plan] = ask._plans.values()
    assert plan._compiler.connection is None
