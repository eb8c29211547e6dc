"""The Spanish catalogue says everything that code and templates say, and says it whole."""

import pytest
from babel.messages.catalog import Catalog, Message

from tests.texts import catalogue_of, collected


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    return catalogue_of()


def test_every_text_of_the_project_is_in_the_catalogue(spanish: Catalog) -> None:
    texts = [text for text in collected() if text.id]

    missing = [text.id for text in texts if spanish.get(text.id, text.context) is None]

    assert texts
    assert not missing, "make messages collects them"


def test_every_text_of_the_catalogue_is_translated_in_all_its_forms(spanish: Catalog) -> None:
    untranslated = [text.id for text in spanish if text.id and not _is_whole(text)]

    assert not untranslated


def test_no_translation_is_a_guess(spanish: Catalog) -> None:
    assert not [text.id for text in spanish if text.id and text.fuzzy]


def test_every_translation_keeps_the_placeholders(spanish: Catalog) -> None:
    assert not [(text.id, errors) for text, errors in spanish.check()]


def _is_whole(text: Message) -> bool:
    return bool(text.string and (isinstance(text.string, str) or all(text.string)))
