"""Synonyms of staff and of the languages, compared without accents and plurals."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
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
    return tuple(base(word) for word in re.findall(r"[^\W_]+", text))


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
    return dict.fromkeys(keys, _known_with(tuple(tuple(words) for words in groups)))


@lru_cache(maxsize=1)
def _known_with(groups: tuple[tuple[str, ...], ...]) -> _Known:
    """A group of staff replaces what the language's lists say of its words."""
    own = _by_phrase(groups)
    texts = {**regional_words(), **own}
    phrases = {**_phrases_of_lists(), **_without_stop_words(own)}
    return _Known(texts, sorted({len(phrase) for phrase in texts}), phrases)


@cache
def _phrases_of_lists() -> dict[Phrase, list[Phrase]]:
    return _without_stop_words(regional_words())


def _without_stop_words(texts: Synonyms) -> dict[Phrase, list[Phrase]]:
    return {_told(key): [_told(_key(other)) for other in texts[key]] for key in texts}


def _told(phrase: Phrase) -> Phrase:
    return tuple(word for word in phrase if word not in STOP_WORDS)


def is_spanish(first: str, last: str) -> bool:
    """Whether words that begin and end so are Spanish, by the lists: "funda laptop" is."""
    spanish, english = _single_words()
    if base(last) in english - spanish:
        return False
    return base(first) in spanish - english


@cache
def _single_words() -> tuple[frozenset[str], frozenset[str]]:
    """The words of the lists in Spanish, and those in English, without phrases."""
    sides = _groups()
    found = [
        {_key(word)[0] for side in sides for word in side[place] if len(_key(word)) == 1}
        for place in (0, 1)
    ]
    return frozenset(found[0]), frozenset(found[1])


@cache
def regional_words() -> Synonyms:
    """What one thing is called in different countries, and in English: `words/*.txt`."""
    return _by_phrase([*spanish, *english] for spanish, english in _groups())


@cache
def _groups() -> list[tuple[list[str], list[str]]]:
    """The groups of the lists: their words in Spanish and in English."""
    found = []
    for language in ("es", "en"):
        for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                first, _equals, english = line.partition("=")
                sides = [
                    [plain(word) for word in side.split(",") if word.strip()]
                    for side in (first, english)
                ]
                found.append((sides[0], sides[1]) if language == "es" else ([], sides[0]))
    return found


def _by_phrase(groups: Iterable[Sequence[str]]) -> Synonyms:
    known: Synonyms = {}
    for group in groups:
        # Hyphens part words, as in queries: "t-shirt" is "t shirt".
        phrases = [" ".join(re.findall(r"[^\W_]+", plain(word))) for word in group]
        for phrase in phrases:
            others = [other for other in phrases if other != phrase]
            known[_key(phrase)] = tuple(dict.fromkeys((*known.get(_key(phrase), ()), *others)))
    return known


_synonyms = TTLCache(_read)
