"""
Search in PostgreSQL: exact codes, then all words, then most words, and at last likeness for typos.

Each step is asked only while the ones before it have found too little. Words are weighed as in
BM25: what is rare in the shop counts more, and a short title more than a long one.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from catalog.models import Category, Product
from catalog.search.base import Suggestion
from catalog.search.texts import plain, split
from catalog.search.words import Word, look_up

_LONGEST_QUERY = 200
_ENOUGH = 24
# Fewer letters are like anything.
_LEAST_LETTERS = 3
# What most words are: products with less of the query's weight are not shown.
_LEAST_SHARE = 0.45
# Words of a page, the title, the shelf and brand, the description, the attributes: D, C, B, A.
_WEIGHTS = "'{0.05, 0.15, 0.4, 1.0}'"
_SHOWN = """
    JOIN catalog_product p ON p.id = e.product_id AND p.is_active
        AND (p.published_at IS NULL OR p.published_at <= now())
    JOIN catalog_category c ON c.id = p.category_id AND c.is_active
    JOIN catalog_family f ON f.id = c.family_id AND f.is_active
"""
_AS_TEXT = "SELECT string_agg(product_id::text, ',') FROM ({}) AS found"
# ruff: noqa: S608 - the pieces put together are constants of this file
_BY_CODE = f"""
SELECT e.product_id FROM catalog_searchentry e {_SHOWN}
WHERE e.codes LIKE %(like)s AND (' ' || e.codes || ' ') LIKE %(whole)s
ORDER BY p.units_sold DESC, p.id LIMIT %(limit)s
"""
# The words as the dictionaries know them. What they leave out, such as "of", is not looked for.
_PARSE = """
SELECT own::text, other::text, weight FROM (
    SELECT place, weight, plainto_tsquery('store_es', text) || plainto_tsquery('store_en', text)
            || to_tsquery('simple', beginning) AS own,
        websearch_to_tsquery('store_es', synonyms)
            || websearch_to_tsquery('store_en', synonyms) AS other
    FROM unnest(%(texts)s::text[], %(beginnings)s::text[], %(synonyms)s::text[],
        %(weights)s::float8[]) WITH ORDINALITY AS w(text, beginning, synonyms, weight, place)
) word WHERE numnode(own) > 0 ORDER BY place
"""
# The query as a whole is a constant, so that the planner knows how much it finds, and all that is
# read of products stands in one index. A synonym counts a little less than the word itself. What is
# found equally well comes newest first: keys are ordered by time.
_BY_WORDS = f"""
WITH word AS MATERIALIZED (
    SELECT own, other, own || other AS either, numnode(other) > 0 AS has_other, weight
    FROM unnest(%(own)s::tsquery[], %(other)s::tsquery[], %(weights)s::float8[])
        AS w(own, other, weight)
)
SELECT e.product_id
FROM catalog_searchentry e {_SHOWN}
CROSS JOIN LATERAL (
    SELECT sum(weight * greatest(ts_rank({_WEIGHTS}, e.vector, own),
            CASE WHEN has_other THEN 0.8 * ts_rank({_WEIGHTS}, e.vector, other) END)) AS score,
        CASE WHEN %(share)s = 0 THEN 0 ELSE sum(weight) FILTER (WHERE e.vector @@ either) END
            AS share
    FROM word
) s
WHERE e.vector @@ %(query)s::tsquery AND s.share >= %(share)s
ORDER BY s.score / (800 + length(e.title)) DESC, e.product_id DESC
LIMIT %(limit)s
"""
_BY_LIKENESS = f"""
SELECT e.product_id FROM catalog_searchentry e {_SHOWN}
WHERE %(plain)s <%% e.title
ORDER BY word_similarity(%(plain)s, e.title) DESC, p.units_sold DESC, p.id
LIMIT %(limit)s
"""


class Term(NamedTuple):
    """A word as a query of its own, another for its synonyms, and how much it tells."""

    own: str
    other: str
    weight: float

    @property
    def either(self) -> str:
        return f"({self.own} | {self.other})" if self.other else f"({self.own})"


class PostgresSearch:
    """Reads what `catalog.search.indexing` has written."""

    def find(self, query: str, limit: int) -> list[str]:
        """At most 6 queries."""
        return self._find(query, limit, is_unfinished=False)

    def complete(self, query: str, limit: int) -> list[Suggestion]:
        """Categories whose name holds the text, then products by rank. At most 8 queries."""
        keys = self._find(query, limit, is_unfinished=True)
        rows = Product.objects.in_bulk([UUID(key) for key in keys])
        products = [
            Suggestion("product", row.name, row.slug, row.price_from)
            for row in (rows.get(UUID(key)) for key in keys)
            if row
        ]
        shelves = _shelves(query.strip())
        return [*shelves, *products[: limit - len(shelves)]]

    def _find(self, query: str, limit: int, *, is_unfinished: bool) -> list[str]:
        query = " ".join(query.replace("\x00", " ").split())[:_LONGEST_QUERY]
        if not query:
            return []
        enough = min(_ENOUGH, limit)
        codes = _ask(_BY_CODE, _code(query), limit) if _has_digit(query) else []
        found = dict.fromkeys(codes)
        terms = _parse(look_up(split(query), is_unfinished=is_unfinished))
        found.update(dict.fromkeys(_by_words(terms, " & ", 0, limit)))
        if len(found) < enough and len(terms) > 1:
            found.update(dict.fromkeys(_by_words(terms, " | ", _LEAST_SHARE, limit)))
        if not found and len(re.findall(r"\w", query)) >= _LEAST_LETTERS:
            found.update(dict.fromkeys(_ask(_BY_LIKENESS, {"plain": plain(query)}, limit)))
        return list(found)[:limit]


def _ask(sql: str, values: dict[str, Any], limit: int) -> list[str]:
    """The keys in their order. They come as one text: thousands of UUIDs take long to make."""
    with connection.cursor() as cursor:
        cursor.execute(_AS_TEXT.format(sql), {**values, "limit": limit})
        (keys,) = cursor.fetchone()
    return keys.split(",") if keys else []


def _parse(words: Sequence[Word]) -> list[Term]:
    """1 query."""
    values: dict[str, Any] = {
        "texts": [word.text for word in words],
        "beginnings": [word.beginning for word in words],
        "synonyms": [word.synonyms for word in words],
        "weights": [word.weight for word in words],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PARSE, values)
        return [Term(*row) for row in cursor.fetchall()]


def _by_words(terms: Sequence[Term], operator: str, share: float, limit: int) -> list[str]:
    """What has all terms, or any; of these at least that share of their weight. 1 query."""
    if not terms:
        return []
    values = {
        "own": [term.own for term in terms],
        "other": [term.other for term in terms],
        "weights": [term.weight for term in terms],
        "query": operator.join(term.either for term in terms),
        "share": share * sum(term.weight for term in terms),
    }
    return _ask(_BY_WORDS, values, limit)


def _has_digit(query: str) -> bool:
    """A SKU, a model or a part number has one."""
    return any(letter.isdigit() for letter in query)


def _code(query: str) -> dict[str, str]:
    escaped = re.sub(r"([\\%_])", r"\\\1", plain(query))
    return {"like": f"%{escaped}%", "whole": f"% {escaped} %"}


def _shelves(query: str) -> list[Suggestion]:
    """Up to three categories. 1 query."""
    if not query:
        return []
    rows = (
        Category.objects.active()
        .filter(Q(name_es__unaccent__icontains=query) | Q(name_en__unaccent__icontains=query))
        .order_by(F("parent").asc(nulls_first=True), "position", "pk")
    )
    return [Suggestion("category", row.name, row.slug) for row in rows[:3]]
