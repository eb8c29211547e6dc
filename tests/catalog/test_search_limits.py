"""Limits said in words become filters; what is no limit stays a word."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from catalog.search import search_in_words
from catalog.search.limits import understand
from catalog.selectors import ListingFilters
from tests.catalog.lines import line, load, variant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "rest", "least", "most"),
    [
        ("zapatillas menos de 3000", "zapatillas", None, "3000"),
        ("laptop under 200", "laptop", None, "200"),
        ("mouse entre S/ 100 y S/ 1,200.50", "mouse", "100", "1200.50"),
        ("between 300 and 100 mouse", "mouse", "100", "300"),
        ("tv desde 1.499,90", "tv", "1499.90", None),
        ("chompa hasta 80 soles de lana", "chompa de lana", None, "80"),
        ("silla más de 100 menos de 300", "silla", "100", "300"),
        ("disco más de 500 GB", "disco más de 500 GB", None, None),
        ("iphone 15 pro max 256", "iphone 15 pro max 256", None, None),
        ("monitor 27 pulgadas", "monitor 27 pulgadas", None, None),
        ("disco más de 1.5 TB", "disco más de 1.5 TB", None, None),
        ("cargador desde 10.000 mAh", "cargador desde 10.000 mAh", None, None),
        ("refrigeradora más de 300 litros", "refrigeradora más de 300 litros", None, None),
        ("juguete desde 3 años", "juguete desde 3 años", None, None),
    ],
)
def test_prices(query: str, rest: str, least: str | None, most: str | None) -> None:
    words, filters = understand(query, ListingFilters())

    assert words == rest
    assert filters.price_min == (Decimal(least) if least else None)
    assert filters.price_max == (Decimal(most) if most else None)


@pytest.fixture
def _shop() -> None:
    load(
        line(
            "shirt",
            name="Shirt",
            variants=[
                variant("S-M-R", size="M", color="Red"),
                variant("S-L-B", size="L", color="Blue"),
            ],
        ),
        line("disk", name="SSD disk", variants=[variant("D-500", capacity="500 GB")]),
        line("screen", name="Laptop", variants=[variant("L-15", screen='15.6"')]),
        line("network", name="Red cap", variants=[variant("CAP", color="Black")]),
    )


@pytest.mark.parametrize(
    ("query", "rest", "options"),
    [
        ("shirt size M", "shirt", {"size": ("m",)}),
        ("red shirts", "shirts", {"color": ("red",)}),
        ("disk 500gb", "disk", {"capacity": ("500-gb",)}),
        ("laptop 15.6", "laptop", {"screen": ("156",)}),
        ("laptop 15,6 pulgadas", "laptop", {"screen": ("156",)}),
        ("laptop 17.3", "laptop 17.3", {}),
        ("shirt size XXL", "shirt size XXL", {}),
        ("green shirt", "green shirt", {}),
        ("bottle of red", "bottle of red", {}),
    ],
)
@pytest.mark.usefixtures("_shop")
def test_options(query: str, rest: str, options: dict[str, tuple[str, ...]]) -> None:
    with translation.override("en"):
        assert understand(query, ListingFilters()) == (rest, ListingFilters(options=options))


@pytest.mark.usefixtures("_shop")
def test_limits_that_leave_nothing_stay_words() -> None:
    with translation.override("en"):
        found, words, dropped = search_in_words("red cap", ListingFilters())

    assert found.cards[0].external_id == "network"
    assert (words, dropped) == ("red cap", "")


@pytest.mark.usefixtures("_shop")
def test_a_filter_that_is_set_stays() -> None:
    filters = ListingFilters(price_max=Decimal(50), options={"color": ("blue",)})

    with translation.override("en"):
        assert understand("red shirt under 20", filters) == ("red shirt under 20", filters)


def test_hostile_queries_are_read_in_time() -> None:
    for query in (
        "mouse under 1" + ".000" * 20,
        "menos de " * 1000,
        "9" * 10_000,
        "1,1" * 3000,
        '"' * 5000,
        "🙂" * 5000,
    ):
        understand(query[:10_000], ListingFilters())


@pytest.mark.parametrize(
    ("query", "rest", "dropped", "first"),
    [
        ("shirt under 2", "shirt", "under 2", "shirt"),
        ("red shirt under 2", "shirt", "under 2", "shirt"),
        ("laptop 900 GB", "laptop", "900 GB", "screen"),
        ("green laptop", "laptop", "green", "screen"),
        ("disk 900 GB under 2", "disk", "under 2 900 GB", "disk"),
    ],
)
@pytest.mark.usefixtures("_shop")
def test_limits_that_nothing_has_are_dropped_before_the_kind(
    query: str, rest: str, dropped: str, first: str
) -> None:
    with translation.override("en"):
        answer = search_in_words(query, ListingFilters())

    assert (answer.query, answer.dropped) == (rest, dropped)
    assert answer.listing.cards[0].external_id == first


@pytest.mark.usefixtures("_shop")
def test_the_page_says_which_limits_were_dropped(client: Client) -> None:
    page = client.get("/en/search/", {"q": "laptop 900 GB"}).content.decode()

    assert "No product with “900 GB” was found" in page
