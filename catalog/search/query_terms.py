"""The terms of a query: stems of its words, how rare each is, typos corrected."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from catalog.search.kinds import Meaning, meaning_of
from catalog.search.synonyms import synonyms_of
from catalog.search.texts import MAX_WORDS, split
from core.caching.values import cached
from core.database import prepared
from core.database.replica import read_alias

_MAX_ENDINGS = 8
# Weight of prefixes and synonyms relative to the word itself.
_LESS_CERTAIN = 0.5
_QUANTITY = re.compile(r"(\d+)([a-z]{2,4})")
_CORRECTABLE = re.compile(r"[a-z]{4,20}")
# Corrects unknown words: to two known words written as one, else to the nearest word of the titles.
# Prefixes of known words and words with digits (models) are left alone.
_CORRECT = """
WITH new AS MATERIALIZED (
    SELECT typed.word, stems FROM unnest(%(words)s::text[]) AS typed (word)
    CROSS JOIN LATERAL tsvector_to_array(
        to_tsvector('store_es', word) || to_tsvector('store_en', word)) AS own
    CROSS JOIN LATERAL (SELECT own || ARRAY(SELECT '/' || stem FROM unnest(own) AS stem)) s (stems)
    WHERE NOT EXISTS (SELECT FROM catalog_searchword known WHERE known.word = typed.word)
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
# Stop words of either language, such as "of" or "para", are optional.
_STEM = """
SELECT word, forms, es = '' OR en = '', own.products, EXISTS (
    SELECT FROM catalog_searchstem
    WHERE stem = ANY(ARRAY(SELECT '=' || form FROM unnest(forms) AS form))
), endings.stems, endings.products
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


class Preferences(NamedTuple):
    """
    Weights relative to the word that says what is meant: of a product of the kind that the query
    names, and of one whose name says what it is with that word.
    """

    kind: float = 1.5
    head: float = 0.1
    # By a synonym of the word.
    synonym: float = 0.7


PREFERENCES = Preferences()


class Interpretation(NamedTuple):
    """
    A possible meaning of a word: all of these words, each by any of its stems.

    `is_of_category`: searched in the names of a product's categories.
    """

    share: float
    words: tuple[tuple[str, ...], ...]
    is_of_category: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """
    A word of a query: interpretations, weight, and whether results must match it.

    `label` says to staff what the term is.
    """

    interpretations: tuple[Interpretation, ...]
    weight: float
    is_needed: bool = True
    label: StrOrPromise = ""


class _Stems(NamedTuple):
    """
    A word in the index. `endings` are stems that start with it.

    `is_head`: some product's name says with it what the product is.
    """

    stems: tuple[str, ...]
    is_filler: bool
    products: int
    is_head: bool
    endings: tuple[str, ...]
    products_of_endings: int


def parse_query(query: str, *, is_unfinished: bool) -> list[Term]:
    """
    The terms of a query, with typos corrected. 1 query, 3 if it has unknown words.

    The last word may be a prefix, if it is unknown or the query is unfinished.
    """
    words = split(query)
    if not words:
        return []
    words, synonyms, known = _known_words(words)
    spellings = _other_spellings(words)
    out_of = _number_of_products()
    terms = {}
    for word in words:
        texts = [text for text in spellings[word] if _is_known(text, known)]
        related = _related([*synonyms.get(word, ()), *texts], known)
        if term := _term(known[word], related, out_of, is_unfinished=is_unfinished):
            terms[word] = replace(term, label=word)
    if not any(term.is_needed for term in terms.values()):
        terms = {word: replace(term, is_needed=True) for word, term in terms.items()}
    meaning = _meaning(words, known)
    if meaning.measure in terms:
        terms[meaning.measure] = replace(terms[meaning.measure], is_needed=False)
    return [*_of_kind(terms, meaning), *_preferences(terms, meaning, known, synonyms)]


def meaning_of_query(query: str) -> Meaning:
    """What a query is about. At most 3 queries, and 2 a second."""
    words = split(query)
    if not words:
        return Meaning(None)
    words, _synonyms, known = _known_words(words)
    return _meaning(words, known)


def _meaning(words: Sequence[str], known: Mapping[str, "_Stems"]) -> Meaning:
    return meaning_of(words, [word for word in words if known[word].is_head])


def _of_kind(terms: Mapping[str, Term], meaning: Meaning) -> list[Term]:
    """The terms; products of the kind that the query names need not have its words."""
    if not meaning.kinds:
        return list(terms.values())
    of_kind = Interpretation(0, (tuple(sorted(meaning.kinds)),))
    return [
        replace(term, interpretations=(*term.interpretations, of_kind))
        if word in meaning.words
        else term
        for word, term in terms.items()
    ]


def _preferences(
    terms: Mapping[str, Term],
    meaning: Meaning,
    known: Mapping[str, _Stems],
    synonyms: Mapping[str, Sequence[str]],
) -> list[Term]:
    """What moves a product up: the kind that the query names, and a name that says the same."""
    head = meaning.head
    if head is None or head not in terms:
        return []
    weight = terms[head].weight
    named = sum(terms[word].weight for word in meaning.words if word in terms)
    kinds = (Interpretation(1, (tuple(sorted(meaning.kinds)),)),) if meaning.kinds else ()
    others = (known[text].stems for text in synonyms.get(head, ()) if " " not in text)
    stems = ((1, known[head].stems), (PREFERENCES.synonym, tuple(chain(*others))))
    heads = tuple(
        Interpretation(share, (tuple(f"={stem}" for stem in own),)) for share, own in stems if own
    )
    preferred = (
        (kinds, PREFERENCES.kind * max(weight, named), _("of the kind that is meant")),
        (heads, PREFERENCES.head * weight, _("its name says so")),
    )
    return [
        Term(each, amount, is_needed=False, label=label)
        for each, amount, label in preferred
        if each
    ]


def _term(
    stems: _Stems, others: Sequence[Interpretation], out_of: int, *, is_unfinished: bool
) -> Term | None:
    """None for a word with neither stems nor synonyms, such as "a"."""
    may_be_prefix = is_unfinished or not stems.products
    own = [Interpretation(1, (stems.stems,))] if stems.stems else []
    longer = (
        [Interpretation(_LESS_CERTAIN, (stems.endings,))] if may_be_prefix and stems.endings else []
    )
    products = stems.products + (stems.products_of_endings if longer else 0)
    meanings = (*own, *longer, *others)
    if not meanings:
        return None
    categories = [_of_category(each) for each in meanings if len(each.words) == 1]
    return Term((*meanings, *categories), rarity(products, out_of), not stems.is_filler)


def _of_category(meaning: Interpretation) -> Interpretation:
    marked = tuple(f"/{stem}" for stem in meaning.words[0])
    return Interpretation(meaning.share, (marked,), is_of_category=True)


def _known_words(
    words: list[str],
) -> tuple[list[str], Mapping[str, Sequence[str]], Mapping[str, _Stems]]:
    """
    The words with typos corrected, their synonyms, and what the index knows of all of these.

    Words that no product has are looked at again; those of synonyms are right all the same. At most
    3 queries.
    """
    synonyms = synonyms_of(words)
    known = _look_up(words, synonyms)
    doubtful = [
        word
        for word in words
        if not (known[word].products or known[word].is_filler or word in synonyms)
        and _CORRECTABLE.fullmatch(word)
    ]
    if doubtful and (corrected := _corrected(words, doubtful)) != words:
        words, synonyms = corrected, synonyms_of(corrected)
        known = _look_up(words, synonyms)
    return words, synonyms, known


def _corrected(words: Sequence[str], doubtful: Sequence[str]) -> list[str]:
    """1 query."""
    joined = [first + second for first, second in pairwise(words)]
    values = {"words": doubtful, "joined": joined, **_last(words[-1])}
    corrections: dict[str, str] = dict(prepared.rows(_CORRECT, values, read_alias()))
    corrected = " ".join(corrections.get(word, word) for word in words).split()
    return list(dict.fromkeys(corrected))[:MAX_WORDS]


def _other_spellings(words: Sequence[str]) -> dict[str, list[str]]:
    """Other spellings of each word: "mousepad" for "mouse pad", "2 tb" for "2tb"."""
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


def _related(texts: Sequence[str], known: Mapping[str, _Stems]) -> list[Interpretation]:
    """One interpretation for all single words, and one for each phrase."""
    wordings = [[known[word].stems for word in text.split()] for text in texts]
    single = tuple(stem for wording in wordings if len(wording) == 1 for stem in wording[0])
    several = [tuple(wording) for wording in wordings if len(wording) > 1 and all(wording)]
    longer = [Interpretation(_LESS_CERTAIN, wording) for wording in several]
    return [Interpretation(_LESS_CERTAIN, (single,)), *longer] if single else longer


def _look_up(typed: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> dict[str, _Stems]:
    """The words, their synonyms and other spellings in the index. 1 query."""
    others = chain(*synonyms.values(), *_other_spellings(typed).values())
    words = sorted({word for text in (*typed, *others) for word in text.split()})
    values = {"words": words, "most": _MAX_ENDINGS, **_last(typed[-1])}
    return {
        word: _Stems(tuple(stems), is_filler, products, is_head, tuple(endings or ()), longer or 0)
        for word, stems, is_filler, products, is_head, endings, longer in prepared.rows(
            _STEM, values, read_alias()
        )
    }


def _number_of_products() -> int:
    """Approximate number of products, cached. At most 1 query."""
    return cached("products searched", _count, _COUNT_SECONDS)


def _count() -> int:
    [(number,)] = prepared.rows(_COUNT, {}, read_alias())
    return int(number)


def _last(word: str) -> dict[str, str]:
    return {"last": word, "beginning": f"{word}%"}


def rarity(products: int, out_of: int) -> float:
    """Inverse document frequency, as in BM25."""
    return math.log(1 + (max(out_of - products, 0) + 0.5) / (products + 0.5))
