"""Elasticsearch queries for a shopper's words."""

import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from catalog.search.elastic.mapping import WEIGHTS
from catalog.search.kinds import Meaning
from catalog.search.texts import STOP_WORDS, plain, split

Query = dict[str, Any]
_FIELDS = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
# Far above the weights of words: a matching code first, then products with all words, of these the
# kind that is meant.
_CODE, _ALL, _KIND = 10_000, 1_000, 100


def exactly(
    query: str,
    synonyms: Mapping[str, Sequence[str]],
    meaning: Meaning,
    *,
    is_unfinished: bool = False,
) -> Query:
    """
    The product with that code, and those with at least half of the words or their synonyms.

    Products of the kind that is meant need not have the words that name it, and come first.
    """
    words = [word for word in _without_stop_words(query) if word != meaning.measure]
    kinds = [_constant({"term": {"kinds": kind}}, 1) for kind in sorted(meaning.kinds)]
    groups = [
        [
            *_exact(word),
            *_synonyms(synonyms.get(word, ())),
            *(kinds if word in meaning.words else ()),
        ]
        for word in words
    ]
    if is_unfinished:
        groups[-1].append(_prefix(words[-1]))
    of_kind = [_constant({"bool": {"should": kinds, "minimum_should_match": 1}}, _KIND)]
    return _query(query, groups, of_kind if kinds else [])


def nearly(query: str) -> Query:
    """The same with typos allowed; the last word may be a prefix."""
    words = _without_stop_words(query)
    groups = [[*_exact(word), *_fuzzy(word)] for word in words]
    groups[-1].append(_prefix(words[-1]))
    return _query(query, groups)


def _without_stop_words(query: str) -> list[str]:
    words = split(query)
    return [word for word in words if word not in STOP_WORDS] or words


def _constant(query: Query, boost: int) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}


def _query(query: str, groups: Sequence[Sequence[Query]], preferred: Sequence[Query] = ()) -> Query:
    words = [{"dis_max": {"queries": list(group)}} for group in groups]
    least = ceil(len(words) / 2)
    code = re.sub(r"[\W_]+", "", plain(query))
    return {
        "bool": {
            "should": [
                {"bool": {"should": words, "minimum_should_match": least}},
                _constant({"bool": {"must": words}}, _ALL),
                _constant({"term": {"codes": code}}, _CODE),
                *preferred,
            ],
            "minimum_should_match": 1,
        }
    }


def _exact(word: str) -> list[Query]:
    found: Query = {"multi_match": {"query": word, "fields": _FIELDS, "tie_breaker": 0.2}}
    return [found, {"term": {"codes": {"value": word, "boost": 20}}}]


def _synonyms(synonyms: Sequence[str]) -> list[Query]:
    """A synonym counts a little less than the word; a phrase must be in one field."""
    return [
        {"multi_match": {"query": other, "fields": _FIELDS, "operator": "and", "boost": 0.8}}
        for other in synonyms
    ]


def _fuzzy(word: str) -> list[Query]:
    """Fuzzy matches; none for words with digits, which are models."""
    if any(letter.isdigit() for letter in word):
        return []
    return [{"match": {"whole": {"query": word, "fuzziness": "AUTO", "boost": 0.5}}}]


def _prefix(word: str) -> Query:
    return {"prefix": {"whole": {"value": word}}}
