"""What a query says: the stems of its words, how rare each is, and what a typo stood for."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from catalog.search.synonyms import synonyms_of
from catalog.search.texts import MAX_WORDS, split
from core.caching.values import cached
from core.database import prepared
from core.database.replica import read_alias

_MAX_ENDINGS = 8
# What a word may also mean tells less than the word itself.
_NEARLY = 0.5
_QUANTITY = re.compile(r"(\d+)([a-z]{2,4})")
# Of words that nothing in the shop has: two of its words that were written as one, or else the
# nearest word of its titles, unless there are longer ones. Words with digits are models, and those
# are not guessed.
_MEND = """
WITH new AS MATERIALIZED (
    SELECT typed.word, stems FROM unnest(%(words)s::text[]) AS typed (word)
    CROSS JOIN LATERAL tsvector_to_array(
        to_tsvector('store_es', word) || to_tsvector('store_en', word)) AS stems
    WHERE word ~ '^[a-z]{4,20}$'
        AND NOT EXISTS (SELECT FROM catalog_searchword known WHERE known.word = typed.word)
        AND NOT EXISTS (SELECT FROM catalog_searchstem WHERE stem = ANY(stems))
        AND NOT (word = %(last)s
            AND EXISTS (SELECT FROM catalog_searchstem WHERE stem LIKE %(beginning)s))
        AND NOT EXISTS (SELECT FROM catalog_searchword known
            WHERE known.word = ANY(%(joined)s) AND strpos(known.word, typed.word) > 0)
), unknown AS MATERIALIZED (
    SELECT word FROM new
    WHERE NOT EXISTS (SELECT FROM catalog_searchentry e WHERE e.stems ?| new.stems)
)
SELECT unknown.word, meant.words
FROM unknown CROSS JOIN LATERAL (
    SELECT words FROM (
        SELECT concat_ws(' ', a.word, b.word) AS words, 1.5 AS distance, a.products
        FROM generate_series(3, length(unknown.word) - 3) AS place
        JOIN catalog_searchword a ON a.word = left(unknown.word, place)
        JOIN catalog_searchword b ON b.word = substr(unknown.word, place + 1)
        UNION ALL
        SELECT word, levenshtein_less_equal(word, unknown.word, 2), products
        FROM catalog_searchword
        WHERE word ~ '^[a-z]+$' AND length(word) BETWEEN length(unknown.word) - 2
            AND length(unknown.word) + 2
            AND levenshtein_less_equal(word, unknown.word, 2)
                <= least(2, length(unknown.word) - 3)
    ) candidate
    ORDER BY distance, abs(length(words) - length(unknown.word)), products DESC, words
    LIMIT 1
) meant
"""
# A word that one of the languages leaves out, such as "of" or "para", is no word to insist on.
_STEM = """
SELECT word, forms, es = '' OR en = '', own.products, endings.stems, endings.products
FROM unnest(%(words)s::text[]) AS word
CROSS JOIN LATERAL (
    SELECT to_tsvector('store_es', word), to_tsvector('store_en', word)
) v (es, en)
CROSS JOIN LATERAL tsvector_to_array(es || en) AS forms
CROSS JOIN LATERAL (
    SELECT coalesce(max(products), 0) FROM catalog_searchstem
    WHERE stem = ANY(forms || ARRAY(SELECT '/' || form FROM unnest(forms) AS form))
) own (products)
CROSS JOIN LATERAL (
    SELECT array_agg(stem), sum(products) FROM (
        SELECT stem, products FROM catalog_searchstem
        WHERE word = %(last)s AND stem LIKE %(beginning)s
        ORDER BY products DESC, stem LIMIT %(most)s
    ) longer
) endings (stems, products)
"""
_COUNT = """
SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'catalog_searchentry'::regclass
"""
_COUNT_SECONDS = 60


class Interpretation(NamedTuple):
    """
    One thing that a word may mean: all of these words, each by any of its stems.

    A shelf says it of everything that stands there, whatever that is.
    """

    share: float
    words: tuple[tuple[str, ...], ...]
    is_of_shelf: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query: what it may mean, how much it tells, and whether to insist on it."""

    readings: tuple[Interpretation, ...]
    weight: float
    is_needed: bool = True


class _Stems(NamedTuple):
    """A word as the index has it. `endings` are the stems that it is the beginning of."""

    stems: tuple[str, ...]
    is_filler: bool
    products: int
    endings: tuple[str, ...]
    products_of_endings: int


def read(query: str, *, is_unfinished: bool) -> list[Term]:
    """
    The words of a query as the shop knows them: a typo gives way to the nearest word. 3 queries.

    The last one may be a beginning, if nothing has it as it stands or the query is unfinished.
    """
    words = _mend(split(query))
    if not words:
        return []
    synonyms, guesses = synonyms_of(words), _guesses(words)
    others = [*synonyms.values(), *guesses.values()]
    known = _look_up([*words, *(text for texts in others for text in texts)], words[-1])
    out_of = _products()
    terms = []
    for word in words:
        texts = [text for text in guesses[word] if _is_known(text, known)]
        readings = _nearly([*synonyms.get(word, ()), *texts], known)
        if term := _term(known[word], readings, out_of, is_unfinished=is_unfinished):
            terms.append(term)
    if any(term.is_needed for term in terms):
        return terms
    return [replace(term, is_needed=True) for term in terms]


def _term(
    stems: _Stems, others: Sequence[Interpretation], out_of: int, *, is_unfinished: bool
) -> Term | None:
    """Nothing where the word has no stems, such as "a" in both languages, and no synonyms."""
    may_go_on = is_unfinished or not stems.products
    own = [Interpretation(1, (stems.stems,))] if stems.stems else []
    longer = [Interpretation(_NEARLY, (stems.endings,))] if may_go_on and stems.endings else []
    products = stems.products + (stems.products_of_endings if longer else 0)
    readings = (*own, *longer, *others)
    if not readings:
        return None
    shelves = [_of_shelf(reading) for reading in readings if len(reading.words) == 1]
    return Term((*readings, *shelves), rarity(products, out_of), not stems.is_filler)


def _of_shelf(reading: Interpretation) -> Interpretation:
    marked = tuple(f"/{stem}" for stem in reading.words[0])
    return Interpretation(reading.share, (marked,), is_of_shelf=True)


def _mend(words: Sequence[str]) -> list[str]:
    """1 query."""
    if not words:
        return []
    joined = [first + second for first, second in pairwise(words)]
    values = {"words": list(words), "joined": joined, **_last(words[-1])}
    meant: dict[str, str] = dict(prepared.rows(_MEND, values, read_alias()))
    mended = " ".join(meant.get(word, word) for word in words).split()
    return list(dict.fromkeys(mended))[:MAX_WORDS]


def _guesses(words: Sequence[str]) -> dict[str, list[str]]:
    """How else each word may be written: "mousepad" for "mouse pad", "2 tb" for "2tb"."""
    found: dict[str, list[str]] = {word: [] for word in words}
    for first, second in pairwise(words):
        found[first].append(first + second)
        found[second].append(first + second)
    for word in words:
        if parts := _QUANTITY.fullmatch(word):
            found[word].append(f"{parts[1]} {parts[2]}")
    return found


def _is_known(text: str, known: Mapping[str, _Stems]) -> bool:
    return all(known[word].products for word in text.split())


def _nearly(texts: Sequence[str], known: Mapping[str, _Stems]) -> list[Interpretation]:
    """The readings that are more than one word each, after all that are one word."""
    wordings = [[known[word].stems for word in text.split()] for text in texts]
    single = tuple(stem for wording in wordings if len(wording) == 1 for stem in wording[0])
    several = [tuple(wording) for wording in wordings if len(wording) > 1 and all(wording)]
    readings = [Interpretation(_NEARLY, wording) for wording in several]
    return [Interpretation(_NEARLY, (single,)), *readings] if single else readings


def _look_up(texts: Collection[str], last: str) -> dict[str, _Stems]:
    """Every word of these texts as the index has it. 1 query."""
    words = sorted({word for text in texts for word in text.split()})
    values = {"words": words, "most": _MAX_ENDINGS, **_last(last)}
    return {
        word: _Stems(tuple(stems), is_filler, products, tuple(endings or ()), longer or 0)
        for word, stems, is_filler, products, endings, longer in prepared.rows(
            _STEM, values, read_alias()
        )
    }


def _products() -> int:
    """About how many products there are. No query while it is fresh, 1 otherwise."""
    return cached("products searched", _count, _COUNT_SECONDS)


def _count() -> int:
    [(number,)] = prepared.rows(_COUNT, {}, read_alias())
    return int(number)


def _last(word: str) -> dict[str, str]:
    return {"last": word, "beginning": f"{word}%"}


def rarity(products: int, out_of: int) -> float:
    """Higher the rarer a word is, as in BM25."""
    return math.log(1 + (max(out_of - products, 0) + 0.5) / (products + 0.5))
