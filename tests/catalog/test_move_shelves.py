"""Categories and brands are moved and merged; old addresses lead to where things are."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from catalog import services
from catalog.exceptions import CannotMerge, Misplaced
from catalog.models import Brand, Category, Family, Product, SlugRedirect, SlugRedirectKind, Variant
from payouts.models import Commission
from promotions.models import Promotion, PromotionScope
from storefront.models import MenuItem, MenuPlace
from tests.catalog.factories import BrandFactory, CategoryFactory, ProductFactory, VariantFactory
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db


def redirects() -> dict[str, str]:
    return dict(SlugRedirect.objects.values_list("slug", "target_slug"))


def below(parent: Category, name: str, **fields: object) -> Category:
    category: Category = CategoryFactory.create(
        parent=parent, family=parent.family, name=name, **fields
    )
    return category


def promotion(*categories: Category) -> Promotion:
    found = Promotion.objects.create(name="Rebaja", scope=PromotionScope.CATEGORY, value=10)
    found.categories.set(categories)
    return found


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["b"], {"a": "b"}),
        (["b", "c"], {"a": "c", "b": "c"}),
        (["b", "a"], {"b": "a"}),
        (["b", "c", "b"], {"a": "b", "c": "b"}),
    ],
)
def test_old_slugs_lead_to_the_newest_in_one_step(
    names: list[str], expected: dict[str, str]
) -> None:
    product = ProductFactory.create(slug="a")

    for name in names:
        Product.objects.filter(pk=product.pk).update(slug=name)

    assert redirects() == expected


def test_a_slug_that_is_taken_again_leads_nowhere_else() -> None:
    category = CategoryFactory.create(slug="a")
    Category.objects.filter(pk=category.pk).update(slug="b")

    CategoryFactory.create(slug="a", family=category.family)

    assert redirects() == {}


def test_what_is_deleted_takes_its_redirects_along() -> None:
    brand = BrandFactory.create(slug="a")
    Brand.objects.filter(pk=brand.pk).update(slug="b")

    brand.delete()

    assert redirects() == {}


def test_old_addresses_lead_to_the_new_ones_with_their_question(client: Client) -> None:
    variant = VariantFactory.create(product__slug="viejo", product__category__slug="sofas")
    Product.objects.update(slug="nuevo")
    Category.objects.update(slug="sillones")
    Family.objects.update(slug="muebles")

    answer = client.get(f"/en/p/viejo/?v={variant.sku}")

    assert answer.status_code == 301
    assert answer["Location"] == f"/en/p/nuevo/?v={variant.sku}"
    assert answer["Cache-Control"] == "max-age=3600"
    assert client.get("/c/sofas/")["Location"] == "/c/sillones/"
    assert client.get("/c/nada/").status_code == 404


def test_a_category_moves_with_all_below_it_and_its_products() -> None:
    sofas = CategoryFactory.create(name="Sofás")
    corner = below(sofas, "Rinconeras")
    deep = below(corner, "De cuero")
    CategoryFactory.create(family=sofas.family)
    rooms = CategoryFactory.create(name="Salas")

    moved = services.move_categories([sofas.pk, corner.pk], to=rooms)

    assert moved == 1
    sofas.refresh_from_db()
    deep.refresh_from_db()
    assert (sofas.parent, sofas.family) == (rooms, rooms.family)
    assert (deep.parent, deep.family) == (corner, rooms.family)


def test_a_category_moves_up_to_a_family() -> None:
    sofas = below(CategoryFactory.create(), "Sofás")

    services.move_categories([sofas.pk], to=sofas.family)

    assert Category.objects.get(pk=sofas.pk).parent is None


def test_moves_that_break_the_tree_are_refused_and_change_nothing() -> None:
    top = CategoryFactory.create(name="Salas")
    child = below(top, "Sofás")
    twin = CategoryFactory.create(name="Sofás", family=top.family)
    lone = CategoryFactory.create()

    for key, place in [(top, child), (top, top), (twin, top), (lone, top)]:
        with pytest.raises(Misplaced):
            services.move_categories([key.pk], to=place)

    assert set(Category.objects.values_list("pk", "parent")) == {
        (top.pk, None),
        (child.pk, top.pk),
        (twin.pk, None),
        (lone.pk, None),
    }


def test_a_shelf_without_a_name_in_a_language_is_nobodys_twin() -> None:
    first = CategoryFactory.create(name_es="Camas", name_en=None)

    CategoryFactory.create(name_es="Mesas", name_en=None, family=first.family)

    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryFactory.create(name_es="Mesas", family=first.family)


def test_a_merge_hands_over_all_that_names_the_category() -> None:
    old = CategoryFactory.create(slug="viejos", name="Viejos")
    new = CategoryFactory.create(slug="nuevos", family=old.family)
    Category.objects.filter(pk=old.pk).update(slug="antiguos")
    product = ProductFactory.create(category=old)
    own = VariantFactory.create(category=old)
    both, only_old = promotion(old, new), promotion(old)
    Commission.objects.create(category=old, percent=5)
    Commission.objects.create(category=new, percent=7)
    item = MenuItem.objects.create(place=MenuPlace.HEADER, label="Más", category=old)

    services.merge_categories([old.pk], into=new.pk)

    assert not Category.objects.filter(pk=old.pk).exists()
    assert Product.objects.get(pk=product.pk).category == new
    assert Variant.objects.get(pk=own.pk).category == new
    assert [*both.categories.all()] == [*only_old.categories.all()] == [new]
    assert Commission.objects.get().percent == 7
    assert MenuItem.objects.get(pk=item.pk).category == new
    assert redirects() == {"viejos": "nuevos", "antiguos": "nuevos"}


def test_categories_below_that_share_a_name_become_one_too() -> None:
    old, new = CategoryFactory.create(name="Salas"), CategoryFactory.create(name="Living")
    CategoryFactory.create(family=old.family)
    twin = below(old, "Sofás", slug="sofas-2")
    product = ProductFactory.create(category=twin)
    kept = below(new, "Sofás", slug="sofas")
    namesake = below(old, "Salas")

    services.merge_categories([old.pk, twin.pk], into=new.pk)

    assert Product.objects.get(pk=product.pk).category == kept
    namesake.refresh_from_db()
    assert (namesake.parent, namesake.family) == (new, new.family)
    assert redirects() == {old.slug: new.slug, "sofas-2": "sofas"}


def test_a_category_merges_into_the_one_above_it() -> None:
    top = CategoryFactory.create(name="Sofás")
    child = below(top, "De cuero")
    namesake = below(child, "De cuero")

    services.merge_categories([child.pk], into=top.pk)

    assert Category.objects.get(pk=namesake.pk).parent == top


def test_merges_that_make_no_sense_are_refused() -> None:
    top = CategoryFactory.create()
    child = below(top, "Sofás")
    lone = CategoryFactory.create()

    for key, into in [(top, child), (top, top)]:
        with pytest.raises(CannotMerge):
            services.merge_categories([key.pk], into=into.pk)
    with pytest.raises(Misplaced):
        services.merge_categories([lone.pk], into=top.pk)

    assert Category.objects.count() == 3
    assert redirects() == {}


def test_brands_merge() -> None:
    wrong, right = BrandFactory.create(slug="nikee"), BrandFactory.create(slug="nike")
    variant = VariantFactory.create(brand=wrong)
    found = Promotion.objects.create(name="Rebaja", scope=PromotionScope.BRAND, value=10)
    found.brands.set([wrong, right])

    services.merge_brands([wrong.pk], into=right.pk)

    assert Variant.objects.get(pk=variant.pk).brand == right
    assert [*found.brands.all()] == [right]
    assert redirects() == {"nikee": "nike"}
    assert SlugRedirect.objects.get().kind == SlugRedirectKind.BRAND
    with pytest.raises(CannotMerge):
        services.merge_brands([right.pk], into=right.pk)


def test_the_database_lets_no_active_family_lose_its_last_category() -> None:
    category = CategoryFactory.create()

    category.delete()

    with pytest.raises(IntegrityError):
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle() -> None:
    one = CategoryFactory.create(name="Uno")
    two = CategoryFactory.create(name="Dos", family=one.family)
    pairs = iter([(one, two), (two, one)])

    def put_below() -> bool:
        category, parent = next(pairs)
        try:
            Category.objects.filter(pk=category.pk).update(parent=parent)
        except IntegrityError:
            return False
        return True

    assert sorted(at_once(put_below, times=2)) == [False, True]
