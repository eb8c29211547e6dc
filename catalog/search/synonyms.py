"""Synonyms of staff and of the languages, compared without accents and plurals."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from catalog.models import SynonymGroup
from catalog.search.texts import STOP_WORDS, base, plain
from core.caching.ttl import TTLCache

FOLDER = Path(__file__).parent / "words"
# Words without plurals.
Phrase = tuple[str, ...]
# A phrase → the other texts of its group.
Synonyms = dict[Phrase, tuple[str, ...]]


def synonyms_of(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """
    Synonyms of each word of a query, in plain letters. At most 1 query.

    Each word of a phrase such as "aire acondicionado" gets the synonyms of the phrase. Changes take
    effect within a second.
    """
    known = _synonyms.get([""])[""]
    bases = [base(word) for word in words]
    found: dict[str, tuple[str, ...]] = {}
    for size in known.sizes:
        for start in range(len(words) - size + 1):
            others = known.texts.get(tuple(bases[start : start + size]), ())
            for word in words[start : start + size] if others else ():
                found[word] = tuple(dict.fromkeys((*found.get(word, ()), *others)))
    return found


def of_phrase(phrase: Phrase) -> Sequence[Phrase]:
    """Synonyms of a phrase, all as words without plurals and stop words. 1 query a second."""
    return _synonyms.get([""])[""].phrases.get(phrase, ())


def texts_of_phrase(text: str) -> tuple[str, ...]:
    """Synonyms of a text, in plain letters. At most 1 query a second."""
    return _synonyms.get([""])[""].texts.get(_key(plain(text)), ())


def _key(text: str) -> Phrase:
    return tuple(base(word) for word in text.split())


class _Known(NamedTuple):
    """
    The other texts of a group by phrase, the lengths of phrases, and the other phrases without stop
    words: "muebles de jardín" is called "outdoor furniture".
    """

    texts: Synonyms
    sizes: Sequence[int]
    phrases: Mapping[Phrase, Sequence[Phrase]]


def _read(keys: list[str]) -> dict[str, _Known]:
    """All synonyms. 1 query."""
    groups = SynonymGroup.objects.order_by("pk").values_list("words", flat=True)
    # A group of staff replaces what the language's lists say of its words.
    texts = {**regional_words(), **_by_phrase(groups)}
    phrases = {_told(key): [_told(_key(other)) for other in texts[key]] for key in texts}
    known = _Known(texts, sorted({len(phrase) for phrase in texts}), phrases)
    return dict.fromkeys(keys, known)


def _told(phrase: Phrase) -> Phrase:
    return tuple(word for word in phrase if word not in STOP_WORDS)


@cache
def regional_words() -> Synonyms:
    """What one thing is called in different countries, and in English: `words/*.txt`."""
    lines = [
        line
        for path in sorted(FOLDER.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return _by_phrase([part.strip() for part in re.split("[,=]", line)] for line in lines)


def _by_phrase(groups: Iterable[Sequence[str]]) -> Synonyms:
    known: Synonyms = {}
    for group in groups:
        phrases = [plain(word) for word in group]
        for phrase in phrases:
            others = [other for other in phrases if other != phrase]
            known[_key(phrase)] = tuple(dict.fromkeys((*known.get(_key(phrase), ()), *others)))
    return known


_synonyms = TTLCache(_read)
