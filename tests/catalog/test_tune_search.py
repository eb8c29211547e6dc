"""Staff say which words mean the same and what stands further up, and search does so at once."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from catalog.admin.search_forms import SearchBoostForm, SynonymGroupForm
from catalog.models import Brand, Category, Product, SearchBoost, SynonymGroup
from catalog.search import search
from catalog.search.synonyms import synonyms_of
from catalog.selectors import ListingFilters
from tests.catalog.lines import line, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def _shop() -> None:
    path = ["Home", "Seats"]
    load(
        *(line(f"p{n}", name=f"Stool {n}", path=path, brand=f"Brand{n % 2}") for n in range(1, 6)),
        line("lamp", name="Desk lamp", path=["Home", "Light"]),
    )


def order(query: str = "stool") -> list[str]:
    return [card.external_id or "" for card in search(query, ListingFilters()).cards]


def product(key: str) -> Product:
    return Product.objects.get(external_id=key)


def test_a_group_of_staff_joins_words_phrases_and_plurals() -> None:
    SynonymGroup.objects.create(words=["aire acondicionado", "climatizador", "split"])

    assert synonyms_of(["climatizadores", "rojo"]) == {
        "climatizadores": ("aire acondicionado", "split")
    }
    assert synonyms_of(["aire", "acondicionado"]) == {
        "aire": ("climatizador", "split"),
        "acondicionado": ("climatizador", "split"),
    }
    assert synonyms_of(["aire"]) == {}


@pytest.mark.usefixtures("_shop")
def test_a_new_group_finds_at_once() -> None:
    assert order("banquito") == []

    SynonymGroup.objects.create(words=["banqueta", "stool"])

    assert len(order("banquetas")) == 5


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", "This field is required"),
        ("silla", "two to 20"),
        ("silla, Sillas, SÍLLA", "two to 20"),
        (", ,", "two to 20"),
        ("mesa, <b>tabla</b>", "letters and digits"),
        ("mesa, a | b", "letters and digits"),
        ("mesa, una frase demasiado larga", "up to three words"),
        (",".join(f"palabra{n}" for n in range(21)), "two to 20"),
        ("Chairs, SILLA", "There is a group with these words: silla, chair"),
    ],
)
def test_what_is_no_new_group_of_words_is_refused_with_the_reason(words: str, reason: str) -> None:
    SynonymGroup.objects.get_or_create(words=["silla", "chair"])

    form = SynonymGroupForm({"words": words})

    assert reason in str(form.errors["words"])


@pytest.mark.usefixtures("_shop")
def test_a_factor_divides_the_place_and_a_pin_sets_it() -> None:
    before = order()
    last = product(before[4])

    boost = SearchBoost.objects.create(query="stool", product=last, factor=Decimal(2))
    assert order().index(before[4]) == 2

    SearchBoost.objects.filter(pk=boost.pk).update(factor=None, position=1)
    assert order() == [before[4], *before[:4]]
    assert order("stool 1")[0] == "p1"


@pytest.mark.usefixtures("_shop")
def test_categories_with_those_below_and_brands_are_boosted_in_every_search() -> None:
    brand = Brand.objects.get(name="Brand1")
    seats = Category.objects.get(slug="seats")
    SearchBoost.objects.create(brand=brand, factor=Decimal(10))
    SearchBoost.objects.create(category=seats, factor=Decimal("0.5"))

    assert set(order()[:3]) == {"p1", "p3", "p5"}


@pytest.mark.usefixtures("_shop")
def test_a_pinned_product_is_shown_though_it_lacks_the_words_unless_it_is_hidden() -> None:
    SearchBoost.objects.create(query="stool", product=product("lamp"), position=2)

    assert order()[1] == "lamp"
    Product.objects.filter(external_id="lamp").update(is_active=False)
    assert "lamp" not in order()


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"query": "stool", "factor": "2"}, "Choose one"),
        ({"query": "stool", "product": "p1", "brand": "Brand1", "factor": "2"}, "Choose one"),
        ({"query": "stool", "product": "p1"}, "a factor or a fixed place"),
        ({"query": "stool", "product": "p1", "factor": "2", "position": "1"}, "one of the two"),
        ({"query": "", "product": "p1", "position": "1"}, "in a search you name"),
        ({"query": "stool", "brand": "Brand1", "position": "1"}, "for a product"),
        ({"query": "stool", "product": "p1", "factor": "1"}, "changes nothing"),
        ({"query": "stool", "product": "p1", "factor": "99"}, "less than or equal to 10"),
        ({"query": "stool", "product": "p1", "factor": "x"}, "Enter a number"),
        ({"query": "stool", "product": "p1", "position": "25"}, "less than or equal to 24"),
        ({"query": "***", "product": "p1", "factor": "2"}, "no word"),
        ({"query": "STOOLS", "product": "p2", "factor": "3"}, "already"),
        ({"query": "stools", "product": "p1", "position": "3"}, "Another product has this place"),
    ],
)
def test_a_boost_that_says_nothing_is_refused_with_the_reason(
    typed: dict[str, Any], reason: str
) -> None:
    SearchBoost.objects.create(query="stools", product=product("p2"), factor=Decimal(2))
    SearchBoost.objects.create(query="stools", product=product("p3"), position=3)
    keys = {
        "product": lambda name: product(name).pk,
        "brand": lambda name: Brand.objects.get(name=name).pk,
    }

    form = SearchBoostForm({name: keys.get(name, str)(value) for name, value in typed.items()})

    assert reason in str(form.errors)


@pytest.mark.usefixtures("_shop")
def test_the_database_refuses_what_the_forms_do() -> None:
    for values in (
        {"query": "a", "factor": 2},
        {"product": product("p1"), "position": 1},
        {"product": product("p1"), "factor": 11},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SearchBoost.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        SynonymGroup.objects.create(words=["alone"])
