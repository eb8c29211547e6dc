"""What one thing is called in different countries finds the same things."""

import pytest

from catalog import services
from catalog.models import SynonymGroup
from catalog.search import search
from catalog.search.synonyms import FOLDER, regional_words, synonyms_of
from catalog.selectors import ListingFilters
from tests.catalog.lines import line, load

SAME = [
    "frazada, manta, cobija, blanket",
    "palta, aguacate, avocado",
    "polera, sudadera, buzo, hoodie",
    "celular, móvil, cell phone",
    "velador, mesa de noche, buró, nightstand",
    "zapatillas, tenis, sneakers",
    "ropero, clóset, placard, wardrobe",
    "refrigeradora, nevera, heladera, fridge",
    "casaca, chamarra, campera, jacket",
    "lapicero, bolígrafo, birome, pen",
    "computadora, ordenador, computer",
    "audífonos, auriculares, headphones",
    "parlante, bocina, altavoz, speaker",
    "llanta, neumático, tire",
    "medias, calcetines, socks",
    "frejol, frijol, poroto, bean",
    "colchoneta, yoga mat",
    "couch, sofa, settee",
]


@pytest.mark.parametrize("language", ["es", "en"])
def test_each_line_is_a_group_of_different_words(language: str) -> None:
    text = (FOLDER / f"{language}.txt").read_text(encoding="utf-8")
    lines = [row for row in text.splitlines() if row and not row.startswith("#")]

    for row in lines:
        words = [word.strip() for word in row.replace("=", ",").split(",")]
        assert all(words), row
        assert len(set(words)) > 1, row
    assert len(lines) == len(set(lines))


def test_there_are_hundreds_of_groups() -> None:
    lines = (FOLDER / "es.txt").read_text(encoding="utf-8").splitlines()

    assert sum(bool(row) and not row.startswith("#") for row in lines) >= 400


@pytest.mark.django_db
@pytest.mark.parametrize("group", SAME)
def test_each_word_finds_the_others(group: str) -> None:
    words = [word.strip() for word in group.split(",")]
    load(*(line(f"p{place}", name=f"{word} Lima") for place, word in enumerate(words)))
    services.count_search_words()

    for word in words:
        found = search(word, ListingFilters()).cards
        assert {card.external_id for card in found} >= {f"p{n}" for n in range(len(words))}, word


@pytest.mark.django_db
def test_a_group_of_staff_replaces_the_lists_for_its_words() -> None:
    assert "cell phone" in synonyms_of(["celular"])["celular"]

    SynonymGroup.objects.create(words=["celular", "equipo"])

    assert synonyms_of(["celular"]) == {"celular": ("equipo",)}
    assert "celular" in synonyms_of(["smartphone"])["smartphone"]


def test_the_lists_are_read_once() -> None:
    assert regional_words() is regional_words()
