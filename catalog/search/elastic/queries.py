"""What is asked of Elasticsearch for a shopper's words."""

import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from catalog.search.elastic.mapping import WEIGHTS
from catalog.search.texts import plain, split

Query = dict[str, Any]
# What joins the other words; where there are no others it is looked for too.
_JOINING = """
a al and con de del e el en for in la las los o of or para por the to un una with y
"""
_SMALL = frozenset(_JOINING.split())
_FIELDS = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
# Far more than words weigh: first whose code it is, then what has all of the words.
_CODE, _ALL = 10_000, 1_000


def exactly(
    query: str, synonyms: Mapping[str, Sequence[str]], *, is_unfinished: bool = False
) -> Query:
    """The product of that code, and what has half of the words or more, or their synonyms."""
    words = _telling(query)
    groups = [[*_said(word), *_others(synonyms.get(word, ()))] for word in words]
    if is_unfinished:
        groups[-1].append(_begun(words[-1]))
    return _asked(query, groups)


def nearly(query: str) -> Query:
    """The same for words that nothing has: typos are forgiven, the last may be a beginning."""
    words = _telling(query)
    groups = [[*_said(word), *_alike(word)] for word in words]
    groups[-1].append(_begun(words[-1]))
    return _asked(query, groups)


def _telling(query: str) -> list[str]:
    words = split(query)
    return [word for word in words if word not in _SMALL] or words


def _asked(query: str, groups: Sequence[Sequence[Query]]) -> Query:
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


def _said(word: str) -> list[Query]:
    found: Query = {"multi_match": {"query": word, "fields": _FIELDS, "tie_breaker": 0.2}}
    return [found, {"term": {"codes": {"value": word, "boost": 20}}}]


def _others(synonyms: Sequence[str]) -> list[Query]:
    """A synonym counts a little less than the word; all words of a phrase are in one field."""
    return [
        {"multi_match": {"query": other, "fields": _FIELDS, "operator": "and", "boost": 0.8}}
        for other in synonyms
    ]


def _alike(word: str) -> list[Query]:
    """Words with digits are models, and those are not guessed."""
    if any(letter.isdigit() for letter in word):
        return []
    return [{"match": {"whole": {"query": word, "fuzziness": "AUTO", "boost": 0.5}}}]


def _begun(word: str) -> Query:
    return {"prefix": {"whole": {"value": word}}}
