"""
What is typed is found: words of both languages, codes, beginnings, and with a typo.

Every engine has to do it: Elasticsearch is a small server of ours that follows its API.
"""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from catalog import services
from catalog.models import Brand, Product, SynonymGroup
from catalog.search import found, search, similar_words, suggest
from catalog.selectors import ListingFilters
from catalog.tasks import push_search_documents
from tests.catalog.lines import line, load, variant

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["postgresql", "elasticsearch"], autouse=True)
def _engine(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    if request.param == "elasticsearch":
        request.getfixturevalue("elasticsearch")
    yield
    assert "PostgreSQL searches" not in caplog.text


@pytest.fixture(autouse=True)
def _shop(_engine: None) -> None:
    SynonymGroup.objects.get_or_create(words=["sofá", "couch"])
    load(
        line("sofa", name="Leather sofa", name_es="Sofá de cuero", path=["Furniture", "Sofas"]),
        line("chair", name="Oak chair", name_es="Silla de roble", variants=[variant("SILLA-77")]),
        line("drum", name="Drum DR-3000 for printers", name_es="Tambor DR-3000"),
        line("luma:24-MB01", name="Duffle bag", path=["Bags", "Travel"]),
        line("lamp", name="Desk lamp", name_es="Lámpara de escritorio"),
    )
    _learn()


def _learn() -> None:
    """What the clock's tasks do."""
    services.count_search_words()
    push_search_documents()


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
    assert not found(query)


@pytest.mark.parametrize("query", ["DR-3000", "dr 3000", "drum dr3000", "dr/3000"])
def test_a_model_is_found_however_it_is_parted(query: str) -> None:
    assert search(query, ListingFilters()).cards[0].external_id == "drum"


def test_titles_with_all_words_come_before_those_with_some() -> None:
    load(
        *(line(f"c{number}", name=f"Cable {number}") for number in range(3)),
        line("both", name="A rather long name that ends with a red cable"),
        line("some", name="Red"),
    )
    _learn()

    keys = [card.external_id for card in search("red cable", ListingFilters()).cards]

    assert keys[0] == "both"


def test_rare_words_tell_more_than_common_ones() -> None:
    load(
        *(line(f"c{number}", name=f"Cable {number}") for number in range(30)),
        line("rare", name="Velcro strap"),
    )
    _learn()

    assert search("velcro cable", ListingFilters()).cards[0].external_id == "rare"


def test_results_keep_their_order_when_a_facet_is_chosen() -> None:
    load(line("s2", name="Sofa", brand="Kolka"), line("s3", name="Sofa with a long name, brown"))
    _learn()

    whole = [card.external_id for card in search("sofa", ListingFilters()).cards]
    cheap = search("sofa", ListingFilters(price_max=Decimal(50)))

    assert [card.external_id for card in cheap.cards] == whole
    assert cheap.count == 3


def test_hidden_products_are_not_found() -> None:
    Product.objects.filter(external_id="sofa").update(is_active=False)

    assert search("sofa", ListingFilters()).count == 0


def test_suggestions_name_products_with_price_families_categories_and_brands() -> None:
    load(line("stool", name="Kolka stool", brand="Kolka", path=["Sofas and more", "Stools"]))
    _learn()

    found = suggest("sof")
    assert [(each.kind, each.label) for each in found][:3] == [
        ("family", "Sofas and more"),
        ("category", "Sofas"),
        ("product", "Sofá de cuero"),
    ]
    assert found[2].card
    assert found[2].card.price_from == Decimal("10.00")
    assert ("brand", "Kolka") in [(each.kind, each.label) for each in suggest("kolk")]


def test_brands_that_staff_have_hidden_are_not_suggested() -> None:
    load(line("stool", name="Stool", brand="Kolka"))
    Brand.objects.update(is_active=False)

    assert "brand" not in {each.kind for each in suggest("kolka")}


def test_hundreds_that_are_found_equally_well_come_newest_first() -> None:
    load(*(line(f"bench:{n}", name="Garden bench") for n in range(450)))
    _learn()

    keys = list(found("garden"))

    assert len(keys) == 450
    assert keys == sorted(keys, reverse=True)


def test_words_that_nothing_has_bring_the_nearest_words_of_the_shop() -> None:
    assert not found("printerzzz xq")
    assert similar_words("printerzzz xq") == ["printers"]
    assert similar_words("qqqqq wwww") == similar_words("") == []
