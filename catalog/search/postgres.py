"""
Search in PostgreSQL: exact codes, then all words, then most words, and at last likeness for typos.

Each step is asked only while the ones before it have found too little. Words are weighed as in
BM25: what is rare in the shop counts more, and a short title more than a long one.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from catalog.models import Category, Product
from catalog.search.base import Suggestion
from catalog.search.words import Word, look_up, plain, split

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
# A synonym counts a little less than the word that was typed.
_BY_WORDS = f"""
WITH word AS MATERIALIZED (
    SELECT weight, plainto_tsquery('store_es', text) || plainto_tsquery('store_en', text)
            || to_tsquery('simple', beginning) AS own,
        websearch_to_tsquery('store_es', synonyms)
            || websearch_to_tsquery('store_en', synonyms) AS other
    FROM unnest(%(words)s::text[], %(beginnings)s::text[], %(synonyms)s::text[],
        %(weights)s::float8[]) AS w(text, beginning, synonyms, weight)
), query AS MATERIALIZED (
    SELECT string_agg(format('(%%s)', own || other), %(operator)s)::tsquery AS words,
        sum(weight) AS weight
    FROM word WHERE numnode(own) > 0
)
SELECT e.product_id
FROM query q
JOIN catalog_searchentry e ON e.vector @@ q.words {_SHOWN}
CROSS JOIN LATERAL (
    SELECT sum(weight * greatest(ts_rank({_WEIGHTS}, e.vector, own),
            0.8 * ts_rank({_WEIGHTS}, e.vector, other))) AS score,
        sum(weight) FILTER (WHERE e.vector @@ (own || other)) AS share
    FROM word
) s
WHERE s.share >= %(share)s * q.weight
ORDER BY s.score / (400 + length(e.title)) DESC, p.units_sold DESC, p.id
LIMIT %(limit)s
"""
_BY_LIKENESS = f"""
SELECT e.product_id FROM catalog_searchentry e {_SHOWN}
WHERE %(plain)s <%% e.title
ORDER BY word_similarity(%(plain)s, e.title) DESC, p.units_sold DESC, p.id
LIMIT %(limit)s
"""


class PostgresSearch:
    """Reads what `catalog.search.indexing` has written."""

    def find(self, query: str, limit: int) -> list[str]:
        """At most 5 queries."""
        return self._find(query, limit, is_unfinished=False)

    def complete(self, query: str, limit: int) -> list[Suggestion]:
        """Categories whose name holds the text, then products by rank. At most 7 queries."""
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
        words = look_up(split(query), is_unfinished=is_unfinished)
        found.update(dict.fromkeys(_by_words(words, " & ", limit)))
        if len(found) < enough and len(words) > 1:
            found.update(dict.fromkeys(_by_words(words, " | ", limit)))
        if not found and len(re.findall(r"\w", query)) >= _LEAST_LETTERS:
            found.update(dict.fromkeys(_ask(_BY_LIKENESS, {"plain": plain(query)}, limit)))
        return list(found)[:limit]


def _ask(sql: str, values: dict[str, Any], limit: int) -> list[str]:
    """The keys in their order. They come as one text: thousands of UUIDs take long to make."""
    with connection.cursor() as cursor:
        cursor.execute(_AS_TEXT.format(sql), {**values, "limit": limit})
        (keys,) = cursor.fetchone()
    return keys.split(",") if keys else []


def _by_words(words: Sequence[Word], operator: str, limit: int) -> list[str]:
    values = {
        "words": [word.text for word in words],
        "beginnings": [word.beginning for word in words],
        "synonyms": [word.synonyms for word in words],
        "weights": [word.weight for word in words],
        "operator": operator,
        "share": _LEAST_SHARE,
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
