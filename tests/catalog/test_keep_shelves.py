"""The catalogue manager keeps families, categories and brands in the admin; the shop follows."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.permissions import Role
from catalog.models import Brand, Category, Family, Product
from core.ids import uuid7
from tests.accounts.factories import signed_in
from tests.catalog import staff
from tests.catalog.factories import (
    BrandFactory,
    CategoryFactory,
    FamilyFactory,
    ProductFactory,
    VariantFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("manager")]
manager = staff.manager


def page(model: str, name: str, *args: Any) -> str:
    return reverse(f"admin:catalog_{model}_{name}", args=args)


def category_form(
    place: Category | Family, name: str = "Camas", **fields: object
) -> dict[str, Any]:
    form: dict[str, Any] = {
        "name_es": name,
        "name_en": "",
        "slug": "camas",
        "position": 0,
        "is_active": "on",
    }
    return form | {"place": f"{type(place).__name__.lower()}:{place.pk}"} | fields


def below(parent: Category, **fields: object) -> Category:
    category: Category = CategoryFactory.create(parent=parent, family=parent.family, **fields)
    return category


def test_a_new_family_gets_a_category_and_is_seen_in_the_shop_at_once(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    assert "Dormitorio" not in client.get("/").content.decode()

    client.post(page("family", "add"), {"name_es": "Dormitorio", "slug": "dorm", "position": 0})
    family = Family.objects.get()
    client.post(page("category", "add"), category_form(family))
    form = {"name_es": "Dormitorio", "slug": "dorm", "position": 0, "is_active": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("family", "change", family.pk), form)

    home = client.get("/").content.decode()
    assert "/f/dorm/" in home
    assert "/c/camas/" in home
    assert "Camas" in client.get("/en/c/camas/").content.decode()


def test_what_is_hidden_is_gone_from_the_shop_at_once(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    category = CategoryFactory.create()
    client.get("/")

    choice = {"action": "deactivate", "_selected_action": [category.pk], "post": "yes"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page("category", "changelist"), choice)

    assert answer.status_code == 302
    assert f"/c/{category.slug}/" not in client.get("/").content.decode()
    assert client.get(f"/c/{category.slug}/").status_code == 404


@pytest.mark.parametrize("field", ["name_es", "slug", "place", "position", "size_guide_es"])
def test_a_bad_category_is_refused_beside_its_field(client: Client, field: str) -> None:
    there = CategoryFactory.create(name="Sofás", slug="sofas")
    child = below(there)
    every: dict[str, dict[str, Any]] = {
        "name_es": {"name_es": "Sofás"},
        "slug": {"slug": "sofas"},
        "place": {"place": f"category:{child.pk}"},
        "position": {"position": -1},
        "size_guide_es": {"size_guide_es": "Talla; Pecho (cm)\nS"},
    }
    address = page("category", "add")
    if field == "place":  # a circle
        address = page("category", "change", there.pk)

    answer = client.post(address, category_form(there.family) | every[field])

    assert list(answer.context["adminform"].form.errors) == [field]
    assert Category.objects.count() == 2


def test_a_category_with_no_name_in_a_language_stands_beside_another(client: Client) -> None:
    there = CategoryFactory.create(name_es="Sofás", name_en=None)

    for number, name in enumerate(["Camas", "Mesas"]):
        form = category_form(there.family, name, slug=f"c-{number}")
        answer = client.post(page("category", "add"), form)
        assert answer.status_code == 302, answer.context["adminform"].form.errors


def test_the_form_of_a_category_puts_it_elsewhere_with_all_below(client: Client) -> None:
    moved = CategoryFactory.create(name="Sofás", slug="sofas")
    child = below(moved)
    CategoryFactory.create(family=moved.family)
    other = CategoryFactory.create()

    form = category_form(other, "Sillones", slug="sillones")
    client.post(page("category", "change", moved.pk), form)

    moved.refresh_from_db()
    child.refresh_from_db()
    assert (moved.parent, moved.family, child.family) == (other, other.family, other.family)
    assert client.get("/c/sofas/")["Location"] == "/c/sillones/"


def test_a_family_is_not_activated_empty_nor_emptied_while_active(client: Client) -> None:
    empty = FamilyFactory.create()
    lone = CategoryFactory.create()
    other = CategoryFactory.create()
    form = {"name_es": "X", "slug": "x", "position": 0, "is_active": "on"}

    answers = [
        (client.post(page("family", "change", empty.pk), form), "is_active"),
        (client.post(page("family", "add"), form), "is_active"),
        (client.post(page("category", "change", lone.pk), category_form(other)), "place"),
    ]
    delete = client.post(page("category", "delete", lone.pk), {"post": "yes"})

    for answer, field in answers:
        assert list(answer.context["adminform"].form.errors) == [field]
    assert delete.context["protected"]
    assert Category.objects.filter(pk=lone.pk, family=lone.family).exists()
    assert not Family.objects.get(pk=empty.pk).is_active


def test_what_has_goods_is_not_deleted_and_the_page_says_what_to_do(client: Client) -> None:
    top = CategoryFactory.create()
    child = below(top)
    brand = BrandFactory.create()
    VariantFactory.create(product__category=child, brand=brand)

    for model, key in [("category", top.pk), ("category", child.pk), ("brand", brand.pk)]:
        choice = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
        one = client.post(page(model, "delete", key), {"post": "yes"})
        many = client.post(page(model, "changelist"), choice)

        for answer in (one, many):
            assert f"{page(model, 'merge')}?id={key}" in answer.content.decode()
    assert Category.objects.count() == 2
    assert Brand.objects.count() == 1


def test_selected_categories_are_moved_after_a_question(client: Client) -> None:
    one, two = CategoryFactory.create(name="Uno"), CategoryFactory.create(name="Dos")
    for row in (one, two):
        CategoryFactory.create(family=row.family)
    place = CategoryFactory.create(name="Salas")
    ProductFactory.create_batch(3, category=below(one))

    choice = {"action": "move_selected", "_selected_action": [one.pk, two.pk]}
    question = client.post(page("category", "changelist"), choice, follow=True)
    address = question.request["PATH_INFO"] + "?" + question.request["QUERY_STRING"]
    answer = client.post(address, {"place": f"category:{place.pk}"})

    assert [row["products"] for row in question.context["rows"]] == [3, 0]
    assert answer["Location"] == page("category", "changelist")
    assert set(Category.objects.filter(parent=place)) == {one, two}


def test_a_move_that_is_refused_says_why_beside_the_choice(client: Client) -> None:
    one = CategoryFactory.create(name="Sofás")
    CategoryFactory.create(family=one.family)
    place = CategoryFactory.create()
    below(place, name="Sofás")

    answers = [
        client.post(f"{page('category', 'move')}?id={one.pk}", {"place": value})
        for value in (f"category:{place.pk}", f"category:{one.pk}", "category:x", "")
    ]

    for answer in answers:
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["place"]
    assert Category.objects.get(pk=one.pk).parent is None


def test_a_merge_tells_what_goes_along_and_does_it(client: Client) -> None:
    old, new = CategoryFactory.create(slug="viejos"), CategoryFactory.create(slug="nuevos")
    CategoryFactory.create(family=old.family)
    product = ProductFactory.create(category=old)
    address = f"{page('category', 'merge')}?id={old.pk}"

    question = client.get(address)
    client.post(address, {"place": f"category:{new.pk}"})

    assert [each.count for each in question.context["references"]] == [1]
    assert Product.objects.get(pk=product.pk).category == new
    assert client.get("/c/viejos/")["Location"] == "/c/nuevos/"


def test_brands_merge_from_their_list(client: Client) -> None:
    wrong, right = BrandFactory.create(slug="nikee"), BrandFactory.create(slug="nike")
    VariantFactory.create(brand=wrong)

    choice = {"action": "merge_selected", "_selected_action": [wrong.pk]}
    address = client.post(page("brand", "changelist"), choice)["Location"]
    client.post(address, {"place": right.pk})

    assert client.get("/b/nikee/")["Location"] == "/b/nike/"
    assert not Brand.objects.filter(slug="nikee").exists()


@pytest.mark.parametrize("ids", ["", "?id=x", "?id=01a20021-a7a9-775f-b59c-fa1d934c07c4"])
def test_a_question_about_nothing_is_a_404(client: Client, ids: str) -> None:
    for address in (page("category", "move"), page("category", "merge"), page("brand", "merge")):
        assert client.get(f"{address}{ids}").status_code == 404


def test_who_may_only_look_moves_and_merges_nothing(client: Client) -> None:
    row = CategoryFactory.create()
    signed_in(client, Role.WAREHOUSE)

    for name in ("move", "merge"):
        assert client.get(f"{page('category', name)}?id={row.pk}").status_code == 403
    assert row.family.name in client.get(page("category", "change", row.pk)).content.decode()


@pytest.mark.parametrize("rows", [10, 200])
def test_the_lists_cost_the_same_however_large_the_shop_is(
    client: Client, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    top = CategoryFactory.create()
    Category.objects.bulk_create(
        Category(id=uuid7(), name=f"C{n}", slug=f"c{n}", family=top.family, parent=top)
        for n in range(rows)
    )
    Brand.objects.bulk_create(Brand(id=uuid7(), name=f"M{n}", slug=f"m{n}") for n in range(rows))
    client.get(page("brand", "changelist"))

    for address in (
        page("family", "changelist"),
        page("brand", "changelist"),
        page("category", "changelist"),
        f"{page('category', 'move')}?id={top.pk}",
    ):
        with django_assert_max_num_queries(20, info=address):
            assert client.get(address).status_code == 200
