"""What many pages count is counted once, and again when something in it has changed."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils.translation import override

from catalog.models import Category, Product, Variant, VariantOption
from catalog.selectors import ListingFilters, Scope, listing
from core.caching.page import tag_name
from pagecache import fragments, services
from pagecache.entry import Entry
from pagecache.fragments import cached_fragment
from pagecache.store import Lease, store
from tests.catalog.factories import BrandFactory, CategoryFactory, ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_in_a_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "SECONDS", 60)


def offered_in(scope: Scope) -> set[str]:
    facets = listing(ListingFilters(), scope=scope).facets
    return {value.value for facet in facets for value in facet.values}


class Maker:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


def shelf_of(variants: int) -> Category:
    category = CategoryFactory.create()
    for _ in range(variants):
        VariantFactory.create(product__category=category)
    services.invalidate_changed()
    return category


def count_in(category: Category) -> int:
    return listing(ListingFilters(), scope=Scope(category_id=category.pk)).count


def test_a_newer_program_does_not_read_what_the_older_has_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = Maker()
    facts = ("x", shelf_of(1).pk)
    cached_fragment(facts, [], make)

    monkeypatch.setattr(fragments, "code_version", lambda: "a newer one")

    assert cached_fragment(facts, [], make) == 2


def test_it_is_made_once_until_one_of_its_parts_changes() -> None:
    make = Maker()
    category = shelf_of(1)
    parts = [tag_name("category", category.pk)]
    before = [cached_fragment(("x", category.pk), parts, make) for _ in range(2)]

    ProductFactory.create(category=category)
    services.invalidate_changed()

    assert [*before, cached_fragment(("x", category.pk), parts, make)] == [1, 1, 2]


def test_each_language_and_each_thing_has_its_own() -> None:
    make = Maker()
    category = shelf_of(0)

    found = [cached_fragment((name, category.pk), [], make) for name in ("a", "b")]
    with override("en"):
        found.append(cached_fragment(("a", category.pk), [], make))

    assert found == [1, 2, 3]


def test_what_changes_while_it_is_made_is_not_kept() -> None:
    category = shelf_of(1)
    parts = [tag_name("category", category.pk)]

    def make() -> int:
        found = Product.objects.filter(category=category).count()
        ProductFactory.create(category=category)
        services.invalidate_changed()
        return found

    first = cached_fragment(("y", category.pk), parts, make)

    assert (first, cached_fragment(("y", category.pk), parts, make)) == (1, 2)


def test_what_is_made_soon_after_a_change_serves_no_page_that_lasts() -> None:
    """A page begun later than 1.5 s after the change is kept for a minute."""
    store.invalidate(["shelf:1"])
    changed_at = float(store._redis.get("{pages:1}:changed:shelf:1") or "never")
    entry = Entry(changed_at + 60, [], "", b"")

    store.save("piece:1", entry, Lease(is_held=True, begun_at=changed_at + 1.2), ["shelf:1"])
    store.save("piece:2", entry, Lease(is_held=True, begun_at=changed_at + 1.6), ["shelf:1"])

    ends = [found.fresh_until - changed_at for n in "12" if (found := store.read(f"piece:{n}"))]
    assert ends == [pytest.approx(1.5), pytest.approx(60)]


def test_a_list_is_counted_anew_when_its_shelf_has_changed() -> None:
    category = shelf_of(2)
    before = count_in(category)

    VariantFactory.create(product__category=category)
    unseen = count_in(category)
    services.invalidate_changed()

    assert (before, unseen, count_in(category)) == (2, 2, 3)


def test_a_list_with_choices_is_counted_each_time() -> None:
    category = shelf_of(2)
    chosen = ListingFilters(available=True)
    scope = Scope(category_id=category.pk)
    listing(chosen, scope=scope)

    Product.objects.filter(category=category).update(availability="in_stock")

    assert listing(chosen, scope=scope).count == 2


def test_the_brands_and_options_of_a_list_follow_the_variants() -> None:
    old, new = BrandFactory.create(slug="old"), BrandFactory.create(slug="new")
    one = VariantFactory.create(brand=old)
    other = VariantFactory.create(brand=old, product=one.product)
    third = VariantFactory.create(brand=old, product__category=one.product.category)
    red = one.options.create(name="Color", key="color", value="Rojo", value_key="red")
    other.options.create(name="Color", key="color", value="Azul", value_key="blue")
    third.options.create(name="Color", key="color", value="Verde", value_key="green")
    services.invalidate_changed()
    lists = [
        Scope(category_id=one.product.category_id),
        Scope(seller_id=one.product.seller_id),
        Scope(brand_id=old.pk),
    ]
    this = Variant.objects.filter(pk=one.pk)
    steps: list[tuple[QuerySet[Any], dict[str, Any], set[str]]] = [
        (VariantOption.objects.filter(pk=red.pk), {"value_key": "pink"}, {"pink", "blue"}),
        (this, {"is_active": False}, {"blue"}),
        (this, {"is_active": True, "brand": new}, {"pink", "blue", "new"}),
    ]

    for rows, change, offered in steps:
        for scope in lists:
            offered_in(scope)
        rows.update(**change)
        services.invalidate_changed()

        for scope in lists:
            # The list of a brand does not ask for brands.
            wanted = offered - {"new"} if scope.brand_id else offered
            assert offered_in(scope) & {"new", "red", "pink", "blue"} == wanted
