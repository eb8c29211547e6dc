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
