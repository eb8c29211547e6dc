"""Collections show what staff put into them, in the order that staff gave it."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from catalog import services
from catalog.models import Collection, CollectionProduct, Product
from core.ids import uuid7
from tests.catalog import staff
from tests.catalog.factories import ProductFactory, VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("manager")]
manager = staff.manager


@pytest.fixture
def collection() -> Collection:
    return Collection.objects.create(name="Casa clara", slug="casa-clara", is_active=True)


def page(collection: Collection) -> str:
    return reverse("admin:catalog_collection_products", args=[collection.pk])


def filled(collection: Collection, names: str) -> dict[str, UUID]:
    """The collection with one product for each letter; the entries' keys."""
    rows = [VariantFactory.create(product__name=name).product for name in names]
    services.add_products(collection.pk, [row.pk for row in rows])
    return dict(CollectionProduct.objects.values_list("product__name", "pk"))


def shown(collection: Collection) -> str:
    rows = CollectionProduct.objects.filter(collection=collection).in_order()
    return "".join(rows.values_list("product__name", flat=True))


@pytest.mark.parametrize(
    ("places", "removed", "expected"),
    [
        ({"D": 1}, "", "DABC"),
        ({"A": 3}, "", "BCAD"),
        ({"A": 99}, "", "BCDA"),
        ({"D": 1, "C": 2}, "", "DCAB"),
        ({"A": 0}, "", "ABCD"),
        ({}, "BC", "AD"),
        ({"D": 1, "B": 2}, "B", "DAC"),
    ],
)
def test_entries_go_to_their_places_and_the_others_close_up(
    collection: Collection, places: dict[str, int], removed: str, expected: str
) -> None:
    keys = filled(collection, "ABCD")

    services.arrange(
        collection.pk,
        places={keys[name]: place for name, place in places.items()},
        removed=[keys[name] for name in removed],
    )

    assert shown(collection) == expected
    positions = CollectionProduct.objects.in_order().values_list("position", flat=True)
    assert [*positions] == [*range(1, len(expected) + 1)]


def test_the_shop_shows_them_in_that_order_unless_asked_otherwise(
    client: Client, collection: Collection
) -> None:
    keys = filled(collection, "ABC")
    other = Collection.objects.create(name="Otra", slug="otra", is_active=True)
    services.add_products(other.pk, Product.objects.order_by("name").values_list("pk", flat=True))

    client.post(page(collection), {f"place-{keys['C']}": "1", f"was-{keys['C']}": "3"})

    cards = client.get("/drops/casa-clara/").context["cards"]
    assert [card["name"] for card in cards] == ["C", "A", "B"]
    by_date = client.get("/drops/casa-clara/?sort=newest").context["cards"]
    assert [card["name"] for card in by_date] == ["A", "B", "C"]  # one moment, so by key
    assert client.get("/search/?sort=arranged").status_code == 200


def test_products_are_added_by_sku_and_address(client: Client, collection: Collection) -> None:
    by_sku, by_slug = ProductFactory.create(sku="SOF-1"), ProductFactory.create(slug="sofa-2")
    variant = VariantFactory.create(sku="SOF-3-R")
    lines = "SOF-1\r\nhttps://tienda.pe/en/p/sofa-2/?v=1\n\n SOF-3-R ,SOF-1"

    client.post(page(collection), {"lines": lines})

    rows = CollectionProduct.objects.in_order().values_list("product", flat=True)
    assert [*rows] == [by_sku.pk, by_slug.pk, variant.product_id]


def test_found_products_are_chosen_and_added(client: Client, collection: Collection) -> None:
    there = ProductFactory.create(name="Sofá Lima")
    services.add_products(collection.pk, [there.pk])
    other = ProductFactory.create(name="Sofá Cusco")

    found = client.get(page(collection), {"q": "sofá"}).context["found"]
    client.post(f"{page(collection)}?q=sofá", {"add": [other.pk, "x", uuid7()]})

    assert [*found] == [other]
    assert shown(collection) == "Sofá LimaSofá Cusco"


@pytest.mark.parametrize("lines", ["", "NADA", "SOF-1\nNADA", "x\0", ",".join("x" * 3000)])
def test_a_list_with_something_unknown_adds_nothing_and_names_it(
    client: Client, collection: Collection, lines: str
) -> None:
    ProductFactory.create(sku="SOF-1")

    answer = client.post(page(collection), {"lines": lines})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["lines"]
    assert shown(collection) == ""


@pytest.mark.parametrize(
    "form", [{}, {"place-x": "1"}, {"remove": "x"}, {f"place-{uuid7()}": "1"}, {"add": "x"}]
)
def test_nonsense_changes_nothing(
    client: Client, collection: Collection, form: dict[str, str]
) -> None:
    filled(collection, "AB")

    assert client.post(page(collection), form).status_code == 302
    assert shown(collection) == "AB"


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"starts_at_0": "2026-11-21", "ends_at_0": "2026-11-20"}, "ends_at"),
        ({"type": "drop"}, "starts_at"),
        ({"slug": "casa-clara"}, "slug"),
    ],
)
def test_a_bad_collection_is_refused_beside_its_field(
    client: Client, collection: Collection, dates: dict[str, str], field: str
) -> None:
    form = {"name_es": "X", "slug": "x", "type": "seasonal", "position": 0}
    times = {"starts_at_1": "10:00", "ends_at_1": "10:00"}

    answer = client.post(reverse("admin:catalog_collection_add"), form | times | dates)

    assert field in answer.context["adminform"].form.errors


def test_a_new_collection_asks_for_its_products_next(client: Client) -> None:
    form = {"name_es": "X", "slug": "x", "type": "seasonal", "position": 0}

    answer = client.post(reverse("admin:catalog_collection_add"), form | {"_save": "1"})

    assert answer["Location"] == page(Collection.objects.get())


@pytest.mark.parametrize("rows", [10, 200])
def test_the_page_costs_the_same_however_long_the_collection_is(
    client: Client,
    collection: Collection,
    rows: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    first = ProductFactory.create()
    names = ["name", "slug", "sku"]
    products = Product.objects.bulk_create(
        Product(
            id=uuid7(),
            category=first.category,
            seller=first.seller,
            base_price=1,
            **dict.fromkeys(names, f"p-{n}"),
        )
        for n in range(rows)
    )
    services.add_products(collection.pk, [product.pk for product in products])
    client.get(page(collection))

    for address in (page(collection), reverse("admin:catalog_collection_changelist")):
        with django_assert_max_num_queries(15, info=address):
            assert client.get(address).status_code == 200
    with django_assert_max_num_queries(20):
        client.post(page(collection), {"remove": CollectionProduct.objects.in_order()[0].pk})
