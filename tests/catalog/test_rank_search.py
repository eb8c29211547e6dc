"""What PostgreSQL's search finds, in which order, whether words are written as one or as two."""

import pytest

from catalog import services
from catalog.models import SynonymGroup
from catalog.search import search
from catalog.selectors import ListingFilters
from tests.catalog.lines import line, load

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("startech", "hub"),
        ("wifi router", "router"),
        ("wi-fi router", "router"),
        ("mousepad", "pad"),
        ("lap desk", "lapdesk"),
        ("2tb disk", "disk"),
        ("para el router", "router"),
        ("hub of", "hub"),
    ],
)
def test_words_are_found_whether_written_as_one_or_as_two(query: str, key: str) -> None:
    load(
        line("hub", name="StarTech.com USB hub"),
        line("router", name="Router Wi-Fi"),
        line("pad", name="Mouse pad"),
        line("mouse", name="Mouse"),
        line("lapdesk", name="Lapdesk"),
        line("disk", name="External disk 2 TB"),
    )
    services.count_search_words()

    assert search(query, ListingFilters()).cards[0].external_id == key


def test_a_word_said_in_a_long_text_tells_less_than_one_in_a_short_text() -> None:
    load(
        line("long", name="Lantern", description="Made of brass. " + "It has many a use. " * 30),
        line("short", name="Lantern", description="Made of brass."),
    )

    keys = [card.external_id for card in search("brass", ListingFilters()).cards]

    assert keys == ["short", "long"]


def test_the_word_itself_comes_before_its_synonyms() -> None:
    load(
        *(line(f"c{number}", name="Couch", description="A couch") for number in range(3)),
        line("late", name="A leather armchair that goes with every other sofa"),
    )

    SynonymGroup.objects.get_or_create(words=["sofá", "couch"])

    keys = [card.external_id for card in search("sofa", ListingFilters()).cards]

    assert keys[:1] == ["late"]
    assert set(keys[1:]) == {"c0", "c1", "c2"}


def test_what_is_of_the_kind_comes_before_what_only_says_the_word() -> None:
    load(
        line("shelf", name="Frame with slats", path=["Bedroom", "Beds"]),
        line("word", name="A cover, brush and spare handle to go with any bed", path=["Bedroom"]),
    )
    services.count_search_words()

    keys = [card.external_id for card in search("bed", ListingFilters()).cards]

    assert keys == ["shelf", "word"]


def test_of_what_has_some_of_the_words_first_comes_what_is_like_the_best() -> None:
    load(
        *(line(f"best{number}", name="Gaming mouse optical 16000 DPI") for number in range(3)),
        line("same", name="Wireless laser mouse with a cable, optical 16000 DPI"),
        *(line(f"mouse{number}", name="Mouse") for number in range(3)),
        *(line(f"chair{number}", name="Gaming chair") for number in range(4)),
    )
    services.count_search_words()

    keys = [card.external_id for card in search("gaming mouse", ListingFilters()).cards]

    assert set(keys[:3]) == {"best0", "best1", "best2"}
    assert keys[3] == "same"
