"""The rows of offers and news: the best of each department in turn, found without reading all."""

import random
from datetime import timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from catalog.models import Availability, Category, Product, ProductImage, Variant
from storefront import departments, product_rows
from tests.catalog.factories import CategoryFactory, FamilyFactory, ProductFactory, VariantFactory
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> list[Category]:
    """Three families of two shelves each, one of them closed, and sixty products of all kinds."""
    chance = random.Random(7)
    families = [FamilyFactory.create(position=place) for place in range(3)]
    found = [CategoryFactory.create(family=family) for family in families for _ in range(2)]
    found[-1].is_active = False
    found[-1].save()
    days = [None, None, -1, 1]
    for number in range(60):
        day = chance.choice(days)
        product = ProductFactory.create(
            category=chance.choice(found),
            units_sold=chance.randrange(5),
            is_active=chance.random() < 0.9,
            availability=chance.choice(Availability.values),
            published_at=timezone.now() + timedelta(days=day) if day else None,
        )
        created = timezone.now() - timedelta(days=chance.randrange(9), hours=number)
        Product.objects.filter(pk=product.pk).update(created_at=created)
        for _ in range(chance.randrange(3)):
            VariantFactory.create(
                product=product,
                is_new=chance.random() < 0.5,
                is_on_offer=chance.random() < 0.5,
                is_active=chance.random() < 0.7,
            )
    return found


def expected(flag: str, order: str, most: int) -> list[UUID]:
    """As it is told in one sentence: by looking at every product."""
    shown = Product.objects.published().exclude(availability=Availability.SOLD_OUT)
    marked = shown.filter(variants__is_active=True, **{f"variants__{flag}": True}).distinct()
    of_family: dict[int, list[UUID]] = {}
    for product in marked.select_related("category__family").order_by(order, "pk"):
        of_family.setdefault(product.category.family.position, []).append(product.pk)
    in_turn = zip_longest(*(of_family[place] for place in sorted(of_family)))
    return [key for turn in in_turn for key in turn if key][:most]


@pytest.mark.parametrize(
    ("name", "flag", "order"),
    [("offers", "is_on_offer", "-units_sold"), ("news", "is_new", "-created_at")],
)
@pytest.mark.parametrize("most", [2, 8, 50])
def test_a_row_has_the_first_of_each_family_then_the_second(
    name: str, flag: str, order: str, most: int, shop: list[Category]
) -> None:
    slugs = dict(Product.objects.values_list("pk", "slug"))
    wanted = [slugs[key] for key in expected(flag, order, most)]

    row = product_rows.rows([name], most)[name]

    assert len(wanted) > 1
    assert [card["url"].split("?")[0] for card in row] == [f"/p/{slug}/" for slug in wanted]


def test_a_shelf_is_shown_by_what_sells_best_there_or_below() -> None:
    top = CategoryFactory.create()
    middle = CategoryFactory.create(family=top.family, parent=top)
    bottom = CategoryFactory.create(family=top.family, parent=middle)
    other = CategoryFactory.create(family=top.family)

    def product(shelf: Category, sold: int, *pictures: str, **fields: Any) -> None:
        made = ProductFactory.create(category=shelf, units_sold=sold, **fields)
        for place, name in enumerate(pictures):
            ProductImage.objects.create(
                product=made, picture=f"products/{name}.jpg", position=place, width=9, height=9
            )

    product(top, 1, "top")
    product(bottom, 5, "best", "second")
    product(bottom, 9)
    product(middle, 9, "hidden", is_active=False)

    aisles = {tile["name"]: tile["picture"] for tile in departments.departments()["aisles"]}

    assert set(aisles) == {top.name, other.name}
    assert "best" in aisles[top.name]["src"]
    assert aisles[other.name] is None


def flags_of(product: Product) -> tuple[bool, bool]:
    product.refresh_from_db()
    return product.is_new, product.is_on_offer


def test_a_product_is_what_one_of_its_active_variants_is() -> None:
    plain, new, reduced = VariantFactory.create_batch(3, product=ProductFactory.create())
    other = ProductFactory.create()
    product = plain.product
    before = flags_of(product)

    Variant.objects.filter(pk=new.pk).update(is_new=True)
    Variant.objects.filter(pk=reduced.pk).update(is_on_offer=True)
    marked = flags_of(product)
    Variant.objects.filter(pk=new.pk).update(is_active=False)
    hidden = flags_of(product)
    Variant.objects.filter(pk=reduced.pk).update(product=other)

    assert (before, marked, hidden) == ((False, False), (True, True), (False, True))
    assert (flags_of(product), flags_of(other)) == ((False, False), (False, True))
    Variant.objects.filter(pk=reduced.pk).delete()
    assert flags_of(other) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_of_two_variants_that_are_new_no_longer_the_product_learns_both() -> None:
    product = ProductFactory.create()
    variants = VariantFactory.create_batch(2, product=product, is_new=True)
    ways = iter(variants)

    def forget() -> int:
        return Variant.objects.filter(pk=next(ways).pk).update(is_new=False)

    assert at_once(forget, times=2) == [1, 1]
    assert flags_of(product) == (False, False)
