"""Elasticsearch queries for a shopper's words."""

import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from catalog.search.elastic.mapping import WEIGHTS
from catalog.search.texts import plain, split

Query = dict[str, Any]
# Stop words: searched for only where there are no others.
_STOP_WORDS = frozenset({
    "a", "al", "and", "con", "de", "del", "e", "el", "en", "for", "in", "la", "las",
    "los", "o", "of", "or", "para", "por", "the", "to", "un", "una", "with", "y",
})  # fmt: skip
_FIELDS = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
# Far above the weights of words: a matching code first, then products with all words.
_CODE, _ALL = 10_000, 1_000


def exactly(
    query: str, synonyms: Mapping[str, Sequence[str]], *, is_unfinished: bool = False
) -> Query:
    """The product with that code, and those with at least half of the words or their synonyms."""
    words = _without_stop_words(query)
    groups = [[*_exact(word), *_synonyms(synonyms.get(word, ()))] for word in words]
    if is_unfinished:
        groups[-1].append(_prefix(words[-1]))
    return _query(query, groups)


def nearly(query: str) -> Query:
    """The same with typos allowed; the last word may be a prefix."""
    words = _without_stop_words(query)
    groups = [[*_exact(word), *_fuzzy(word)] for word in words]
    groups[-1].append(_prefix(words[-1]))
    return _query(query, groups)


def _without_stop_words(query: str) -> list[str]:
    words = split(query)
    return [word for word in words if word not in _STOP_WORDS] or words


def _query(query: str, groups: Sequence[Sequence[Query]]) -> Query:
    words = [{"dis_max": {"queries": list(group)}} for group in groups]
    least = ceil(len(words) / 2)
    code = re.sub(r"[\W_]+", "", plain(query))
    return {
        "bool": {
            "should": [
                {"bool": {"should": words, "minimum_should_match": least}},
                {"constant_score": {"filter": {"bool": {"must": words}}, "boost": _ALL}},
                {"constant_score": {"filter": {"term": {"codes": code}}, "boost": _CODE}},
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
