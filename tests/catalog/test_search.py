"""What is typed is found: words of both languages, codes, beginnings, and with a typo."""

import pytest

from catalog.models import Product
from catalog.search import found, search, suggest
from catalog.selectors import ListingFilters
from tests.catalog.lines import line, load, variant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> None:
    load(
        line("sofa", name="Leather sofa", name_es="Sofá de cuero", path=["Furniture", "Sofas"]),
        line("chair", name="Oak chair", name_es="Silla de roble", variants=[variant("SILLA-77")]),
        line("lamp", name="Desk lamp", name_es="Lámpara de escritorio"),
    )


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("sofas", "sofa"),
        ("sofá cuero", "sofa"),
        ("SILLA-77", "chair"),
        ("lampara", "lamp"),
        ("escrit", "lamp"),
        ("sillla", "chair"),
    ],
)
def test_the_first_result_is_what_was_meant(query: str, key: str) -> None:
    assert search(query, ListingFilters()).cards[0].external_id == key


@pytest.mark.parametrize("query", ["", "   ", "'", "&|!:*()", "\x00", "%", "a" * 5000])
def test_strange_text_finds_nothing_and_breaks_nothing(query: str) -> None:
    assert found(query) == ()


def test_hidden_products_are_not_found() -> None:
    Product.objects.filter(external_id="sofa").update(is_active=False)

    assert search("sofa", ListingFilters()).count == 0


def test_suggestions_name_products_and_categories() -> None:
    assert {suggestion.kind for suggestion in suggest("sof")} == {"product", "category"}
