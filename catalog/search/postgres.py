"""
Search in PostgreSQL: codes, then all words, then most words, then trigram similarity.

A step runs only if the previous ones found too little. Ranking follows BM25: the weight of a word
in a product, times the rarity of the word.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from catalog.search.query_terms import Interpretation, Term, parse_query
from catalog.search.similarity import common
from catalog.search.texts import plain
from core.database import prepared
from core.database.replica import read_alias

_CODE, _ALL_WORDS = _("its code"), _("all words")
_MAX_QUERY_LENGTH = 200
_MAX_SIMILARITY_LENGTH = 60
_ENOUGH = 50
# Shorter queries are similar to anything.
_MIN_LETTERS = 3
# The share of the query's weight that a product must match.
_MIN_SHARE = 0.45
# Above the weights of all words together.
_FIRST = 1000.0
# Enough for a prefix that matches thousands of products.
_MAX_OF_PREFIX = 1000
# List the few hidden products once, instead of looking up each of thousands of results.
_HIDDEN = """
WITH hidden AS MATERIALIZED (
    SELECT id FROM catalog_product WHERE NOT is_active
    UNION ALL
    SELECT id FROM catalog_product WHERE published_at > now()
    UNION ALL
    SELECT id FROM catalog_product WHERE category_id IN (
        SELECT c.id FROM catalog_category c JOIN catalog_family f ON f.id = c.family_id
        WHERE NOT (c.is_active AND f.is_active))
)
"""
_IS_SHOWN = "e.product_id NOT IN (SELECT id FROM hidden)"
# In chunks, as a connection never frees the memory of its longest row.
_AS_TEXTS = """
SELECT string_agg(product_id::text, ',')
FROM (SELECT product_id, row_number() OVER () / 200 AS piece FROM ({}) AS found) AS placed
GROUP BY piece ORDER BY piece
"""
# ruff: noqa: S608 - SQL is built from constants of this file
_BY_CODE = f"""
SELECT e.product_id FROM catalog_searchentry e JOIN catalog_product p ON p.id = e.product_id
WHERE e.codes LIKE %(like)s AND (' ' || e.codes || ' ') LIKE %(whole)s AND {_IS_SHOWN}
ORDER BY p.units_sold DESC, p.id LIMIT %(limit)s
"""  # nosec B608
# Equal scores newest first: keys are ordered by time.
_BY_WORDS = f"""
SELECT product_id FROM (
    SELECT e.product_id, {{score}} AS score FROM catalog_searchentry e
    WHERE {{condition}} AND {_IS_SHOWN} LIMIT %(most)s
) AS said
ORDER BY score DESC, product_id DESC LIMIT %(limit)s
"""  # nosec B608
_BY_SIMILARITY = f"""
SELECT e.product_id FROM catalog_searchentry e JOIN catalog_product p ON p.id = e.product_id
WHERE %(plain)s <%% e.title AND {_IS_SHOWN}
ORDER BY word_similarity(%(plain)s, e.title) DESC, p.units_sold DESC, p.id
LIMIT %(limit)s
"""  # nosec B608
_AMOUNTS = (
    "SELECT e.product_id, {} FROM catalog_searchentry e WHERE e.product_id = ANY(%(keys)s::uuid[])"
)


class Step(NamedTuple):
    """One of the steps of a search: its products, best first, and the terms that ranked them."""

    name: StrOrPromise
    keys: list[str]
    terms: Sequence[Term] = ()


class PostgresSearch:
    """Searches the entries that `catalog.search.indexing` writes."""

    def find(self, query: str, limit: int, *, is_unfinished: bool = False) -> list[str]:
        """At most 9 queries."""
        return _merged(self.steps(query, limit, is_unfinished=is_unfinished))[:limit]

    def has_all_words(self, query: str) -> bool:
        """Whether a product has this code or all of these words. At most 10 queries."""
        return any(step.keys for step in self.steps(query, 1) if step.name in (_CODE, _ALL_WORDS))

    def steps(self, query: str, limit: int, *, is_unfinished: bool = False) -> list[Step]:
        """What `find` puts together. A product may be found by several steps; the first counts."""
        query = " ".join(query.replace("\x00", " ").split())[:_MAX_QUERY_LENGTH]
        steps = []
        if _has_digit(query):
            steps.append(Step(_CODE, _ask(_BY_CODE, _code_values(query) | {"limit": limit})))
        terms = parse_query(query, is_unfinished=is_unfinished)
        if terms:
            limits = {"limit": limit, "most": _MAX_OF_PREFIX if is_unfinished else None}
            steps.append(Step(_ALL_WORDS, _by_all(terms, limits), terms))
            found = _merged(steps)
            if len(found) < min(_ENOUGH, limit):
                alike = common(found, terms) if found and not is_unfinished else []
                # "Grey bed", where no bed is grey, finds beds.
                most = _by_most(terms, alike, limits, () if found else _kinds_of(terms))
                steps.append(Step(_("most words"), most, [*terms, *alike]))
        if not _merged(steps) and len(re.findall(r"\w", query)) >= _MIN_LETTERS:
            like = {"plain": plain(query)[:_MAX_SIMILARITY_LENGTH], "limit": limit}
            steps.append(Step(_("a similar name"), _ask(_BY_SIMILARITY, like)))
        return steps


def contributions(keys: Sequence[str], terms: Sequence[Term]) -> dict[str, list[float]]:
    """How much each term adds to the score of each of these products. 1 query."""
    sql = _Sql()
    amounts = ", ".join(f"{sql.weight(term)} * {sql.amount(term)}" for term in terms)
    text = _AMOUNTS.format(amounts or "0")
    rows = prepared.rows(text, {**sql.values, "keys": list(keys)}, read_alias())
    return {str(key): amounts for key, *amounts in rows}


class _Sql:
    """
    Renders terms as SQL with placeholders.

    Queries with equal numbers of words and stems have the same SQL, and share a prepared plan.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def value(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def weight(self, term: Term) -> str:
        return f"{self.value(term.weight)}::float8"

    def has(self, term: Term, *, or_category: bool = False) -> str:
        """Whether a product, or its category, matches any interpretation of the term."""
        wordings = [
            each.words for each in term.interpretations if or_category or not each.is_of_category
        ]
        single = [words[0] for words in wordings if len(words) == 1]
        several = [words for words in wordings if len(words) > 1]
        conditions = [self.has_any([stem for stems in single for stem in stems])]
        conditions += [" AND ".join(map(self.has_any, words)) for words in several]
        return f"({' OR '.join(conditions)})"

    def has_any(self, stems: Sequence[str]) -> str:
        return f"e.stems ?| {self.value(list(stems))}"

    def amount(self, term: Term) -> str:
        """The weight of the term in a product, by its best interpretation."""
        amounts = [self._amount_of(each) for each in term.interpretations if each.share]
        return f"greatest({', '.join([*amounts, '0'])})"

    def _amount_of(self, meaning: Interpretation) -> str:
        words = [
            ", ".join(f"(e.stems -> {self.value(stem)})::int" for stem in stems)
            for stems in meaning.words
        ]
        least = ", ".join(f"greatest({word}, 0)" for word in words)
        return f"{meaning.share} * least({least})::float8"

    def query(self, condition: str, terms: Sequence[Term]) -> str:
        score = " + ".join(f"{self.weight(term)} * {self.amount(term)}" for term in terms)
        return _BY_WORDS.format(condition=condition, score=score)


def _by_all(terms: Sequence[Term], limits: Mapping[str, int | None]) -> list[str]:
    """Products that match all needed terms. 1 query."""
    sql = _Sql()
    condition = " AND ".join(sql.has(term) for term in terms if term.is_needed)
    return _ask(sql.query(condition, terms), {**sql.values, **limits})


def _by_most(
    terms: Sequence[Term],
    alike: Sequence[Term],
    limits: Mapping[str, int | None],
    kinds: Sequence[str] = (),
) -> list[str]:
    """
    Products of these kinds, then those that match most terms by weight; also ranked by the terms
    `alike`. 1 query.
    """
    sql = _Sql()
    if kinds:
        terms = [*terms, Term((Interpretation(1, (tuple(kinds),)),), _FIRST, is_needed=False)]
    needed = sorted((term for term in terms if term.is_needed), key=lambda term: -term.weight)
    least = _MIN_SHARE * sum(term.weight for term in needed)
    # Products without any of these cannot reach the minimum.
    telling = [
        term
        for place, term in enumerate(needed)
        if sum(other.weight for other in needed[place:]) >= least
    ]
    has = {term: sql.has(term, or_category=True) for term in needed}
    condition = f"({' OR '.join(has[term] for term in telling)})"
    if telling[-1].weight < least:  # a single term may be too little
        share = " + ".join(f"{sql.weight(term)} * {has[term]}::int" for term in needed)
        condition += f" AND {share} >= {sql.value(least)}"
    if kinds:
        condition = f"({condition} OR {sql.has_any(kinds)})"
    return _ask(sql.query(condition, [*terms, *alike]), {**sql.values, **limits})


def _kinds_of(terms: Sequence[Term]) -> list[str]:
    """The marks of the kinds that the terms stand for."""
    stems = chain.from_iterable(
        words for term in terms for each in term.interpretations for words in each.words
    )
    return sorted({stem for stem in stems if stem.startswith("#")})


def _ask(sql: str, values: Mapping[str, Any]) -> list[str]:
    """The keys in order."""
    rows = prepared.rows(_HIDDEN + _AS_TEXTS.format(sql), values, read_alias())
    return [key for (keys,) in rows for key in keys.split(",")]


def _merged(steps: Sequence[Step]) -> list[str]:
    """Each key once, in order."""
    return list(dict.fromkeys(chain.from_iterable(step.keys for step in steps)))


def _has_digit(query: str) -> bool:
    """As in SKUs, models and part numbers."""
    return any(letter.isdigit() for letter in query)


def _code_values(query: str) -> dict[str, str]:
    escaped = re.sub(r"([\\%_])", r"\\\1", plain(query))
    return {"like": f"%{escaped}%", "whole": f"% {escaped} %"}
