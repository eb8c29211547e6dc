"""What is typed is found: words of both languages, codes, beginnings, and with a typo."""

from decimal import Decimal

import pytest

from catalog import services
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
        line("drum", name="Drum DR-3000 for printers", name_es="Tambor DR-3000"),
        line("luma:24-MB01", name="Duffle bag", path=["Bags", "Travel"]),
        line("lamp", name="Desk lamp", name_es="Lámpara de escritorio"),
    )
    services.count_search_words()


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("sofas", "sofa"),
        ("sofá cuero", "sofa"),
        ("SILLA-77", "chair"),
        ("lampara", "lamp"),
        ("escrit", "lamp"),
        ("sillla", "chair"),
        ("zofa", "sofa"),
        ("sofaa de cueor", "sofa"),
        ("silla77", "chair"),
        ("mb01", "luma:24-MB01"),
        ("24-mb01", "luma:24-MB01"),
        ("luma:24-MB01", "luma:24-MB01"),
        ("couch", "sofa"),
        ("sillas de robles", "chair"),
    ],
)
def test_the_first_result_is_what_was_meant(query: str, key: str) -> None:
    assert search(query, ListingFilters()).cards[0].external_id == key


@pytest.mark.parametrize("query", ["", "   ", "'", "&|!:*()", "\x00", "%", "a" * 5000])
def test_strange_text_finds_nothing_and_breaks_nothing(query: str) -> None:
    assert found(query) == ()


@pytest.mark.parametrize("query", ["DR-3000", "dr 3000", "drum dr3000", "dr/3000"])
def test_a_model_is_found_however_it_is_parted(query: str) -> None:
    assert search(query, ListingFilters()).cards[0].external_id == "drum"


def test_titles_with_all_words_come_before_those_with_some() -> None:
    load(
        *(line(f"c{number}", name=f"Cable {number}") for number in range(3)),
        line("both", name="A rather long name that ends with a red cable"),
        line("some", name="Red"),
    )

    keys = [card.external_id for card in search("red cable", ListingFilters()).cards]

    assert keys[0] == "both"


def test_rare_words_tell_more_than_common_ones() -> None:
    load(
        *(line(f"c{number}", name=f"Cable {number}") for number in range(30)),
        line("rare", name="Velcro strap"),
    )
    services.count_search_words()

    assert search("velcro cable", ListingFilters()).cards[0].external_id == "rare"


def test_results_keep_their_order_when_a_facet_is_chosen() -> None:
    load(line("s2", name="Sofa", brand="Kolka"), line("s3", name="Sofa with a long name, brown"))

    whole = [card.external_id for card in search("sofa", ListingFilters()).cards]
    cheap = search("sofa", ListingFilters(price_max=Decimal(50)))

    assert [card.external_id for card in cheap.cards] == whole
    assert cheap.count == 3


def test_hidden_products_are_not_found() -> None:
    Product.objects.filter(external_id="sofa").update(is_active=False)

    assert search("sofa", ListingFilters()).count == 0


def test_suggestions_name_products_and_categories() -> None:
    assert {suggestion.kind for suggestion in suggest("sof")} == {"product", "category"}
