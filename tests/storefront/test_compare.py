"""Products beside others: bought together, compared, seen before."""

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Availability, Category, Kit, KitItem, Product, Variant
from orders.models import BoughtTogether
from storefront.models import Hotspot, Story
from tests.catalog.factories import CategoryFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> Category:
    return CategoryFactory.create()


def put(shelf: Category, name: str, **attributes: object) -> Variant:
    return VariantFactory.create(
        sku=name.upper(),
        availability=Availability.IN_STOCK,
        product__name=name,
        product__slug=name.lower(),
        product__category=shelf,
        product__availability=Availability.IN_STOCK,
        product__attributes=attributes,
    )


def test_what_is_bought_together_stands_before_the_same_shelf(
    client: Client, shelf: Category
) -> None:
    sofa, chair = put(shelf, "Sofa"), put(shelf, "Silla")
    lamp, hidden, gone = (put(CategoryFactory.create(), name) for name in ("Foco", "Raro", "Ido"))
    for score, partner in enumerate((lamp, hidden, gone), start=1):
        BoughtTogether.objects.create(
            product=sofa.product, other=partner.product, orders=3, score=score / 10
        )
    Product.objects.filter(pk=hidden.product_id).update(is_active=False)
    Product.objects.filter(pk=gone.product_id).update(availability=Availability.SOLD_OUT)

    with_partner, without = client.get("/p/sofa/"), client.get("/p/silla/")

    related = [card["name"] for card in with_partner.context["related"]]
    assert related == ["Foco", chair.product.name]
    assert [card["name"] for card in without.context["related"]] == [sofa.product.name]


def test_what_staff_have_put_together_completes_the_look(client: Client, shelf: Category) -> None:
    coat, bag, cap, hidden = (put(shelf, name) for name in ("Casaca", "Bolso", "Gorra", "Raro"))
    Product.objects.filter(pk=hidden.product_id).update(is_active=False)
    kit = Kit.objects.create(name="Paseo", slug="paseo", discount_percent=0)
    for piece in (coat, bag, hidden):
        KitItem.objects.create(kit=kit, product=piece.product)
    story = Story.objects.create(title="Invierno", target_url="/")
    for spot in (coat, cap):
        Hotspot.objects.create(story=story, product=spot.product, x=1, y=1)

    shown, other = client.get("/p/casaca/"), client.get("/p/gorra/")

    assert [card["name"] for card in shown.context["look"]] == ["Bolso", "Gorra"]
    assert shown.context["related"] == []
    assert [card["name"] for card in other.context["look"]] == ["Casaca"]
    assert [card["name"] for card in other.context["related"]] == ["Bolso"]


def test_specifications_stand_side_by_side_and_what_differs_stands_out(
    client: Client, shelf: Category, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    put(shelf, "Sofa", ancho=200, color="Azul")
    put(shelf, "Silla", ancho=50, color="Azul", patas=4)
    put(shelf, "Mesa")
    client.get("/compare/")

    with django_assert_max_num_queries(5):
        page = client.get("/compare/?v=SILLA&v=nada&v=SOFA&v=SILLA&v=%00")

    rows = {row["label"]: (row["values"], row["differs"]) for row in page.context["rows"]}
    assert rows == {
        "Ancho": (["50", "200"], True),
        "Color": (["Azul", "Azul"], False),
        "Patas": (["4", ""], True),
    }
    assert [other["name"] for other in page.context["more"]] == ["Mesa"]
    assert "noindex" in page.text
    assert "/compare/?v=SOFA" in page.text
    assert not page.cookies
    assert "Cookie" not in page.get("Vary", "")


def test_only_what_differs_is_shown_to_who_asks_for_it(client: Client, shelf: Category) -> None:
    put(shelf, "Sofa", ancho=200, color="Azul")
    put(shelf, "Silla", ancho=50, color="Azul")

    page = client.get("/en/compare/?v=SOFA&v=SILLA&diff=1")
    same = client.get("/en/compare/?v=SOFA&v=SOFA&diff=1")

    assert [row["label"] for row in page.context["rows"]] == ["Ancho"]
    assert 'href="/en/compare/?v=SOFA&amp;v=SILLA"' in page.text
    assert page.context["columns"][0]["remove_url"] == "/en/compare/?v=SILLA&diff=1"
    assert f'href="/en/c/{shelf.slug}/"' in page.text
    assert "Only differences" not in same.text


def test_four_fit_and_none_is_a_page_too(client: Client, shelf: Category) -> None:
    names = ("A", "B", "C", "D", "E")
    for name in names:
        put(shelf, f"Sofa-{name}")

    full = client.get("/compare/?" + "&".join(f"v=SOFA-{name}" for name in names))
    empty = client.get("/en/compare/?v=nothing")

    last = client.get("/compare/?v=SOFA-A")

    assert 'href="/compare/?v="' in last.text
    assert len(full.context["columns"]) == 4
    assert full.context["is_full"]
    assert empty.status_code == 200
    assert "Nothing to compare yet" in empty.text


def test_the_browser_names_what_it_has_seen_and_nobody_else_knows(
    client: Client, shelf: Category
) -> None:
    sofa = put(shelf, "Sofa")
    hidden = put(shelf, "Silla")
    Product.objects.filter(pk=hidden.product_id).update(is_active=False)
    Product.objects.filter(pk=sofa.product_id).update(base_price=Decimal(10))

    seen = client.get("/recently-seen/?p=silla&p=sofa&p=sofa&p=%00&p=nada")
    nothing = client.get("/recently-seen/")

    assert [card["name"] for card in seen.context["cards"]] == ["Sofa"]
    assert "public" in seen["Cache-Control"]
    assert not seen.cookies
    assert nothing.text.strip() == ""
