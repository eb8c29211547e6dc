"""
Search in PostgreSQL: exact codes, then all words, then any word, and at last likeness for typos.

Each step is asked only while the ones before it have found too little.
"""

import re
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from catalog.models import Category, Product
from catalog.search.base import Suggestion

_LONGEST_QUERY = 200
_ENOUGH = 24
# Fewer letters are like anything.
_LEAST_LETTERS = 3
# Words of a page, the title, the shelf and brand, the description, the attributes: D, C, B, A.
_WEIGHTS = "'{0.05, 0.15, 0.4, 1.0}'"
_SHOWN = """
    JOIN catalog_product p ON p.id = e.product_id AND p.is_active
        AND (p.published_at IS NULL OR p.published_at <= now())
    JOIN catalog_category c ON c.id = p.category_id AND c.is_active
    JOIN catalog_family f ON f.id = c.family_id AND f.is_active
"""
# ruff: noqa: S608 - the pieces put together are constants of this file
_BY_CODE = f"""
SELECT e.product_id FROM catalog_searchentry e {_SHOWN}
WHERE e.codes LIKE %(like)s AND (' ' || e.codes || ' ') LIKE %(whole)s
ORDER BY p.units_sold DESC, p.id LIMIT %(limit)s
"""
_QUERIES = {
    "all": """
        websearch_to_tsquery('store_es', %(query)s) || websearch_to_tsquery('store_en', %(query)s)
        || ((websearch_to_tsquery('store_es', %(before)s)
             || websearch_to_tsquery('store_en', %(before)s))
            && to_tsquery('simple', plain_text(%(prefix)s)))
    """,
    "any": """
        replace(plainto_tsquery('store_es', %(query)s)::text, '&', '|')::tsquery
        || replace(plainto_tsquery('store_en', %(query)s)::text, '&', '|')::tsquery
    """,
}
_BY_WORDS = {
    name: f"""
        WITH q AS MATERIALIZED (SELECT {expression} AS query)
        SELECT e.product_id FROM catalog_searchentry e {_SHOWN}, q
        WHERE e.vector @@ q.query
        ORDER BY ts_rank({_WEIGHTS}, e.vector, q.query, 1) DESC, p.units_sold DESC, p.id
        LIMIT %(limit)s
    """
    for name, expression in _QUERIES.items()
}
_BY_LIKENESS = f"""
SELECT e.product_id FROM catalog_searchentry e {_SHOWN}
WHERE plain_text(%(query)s) <%% e.title
ORDER BY word_similarity(plain_text(%(query)s), e.title) DESC, p.units_sold DESC, p.id
LIMIT %(limit)s
"""


class PostgresSearch:
    """Reads what `catalog.search.indexing` has written."""

    def find(self, query: str, limit: int = 1000) -> list[UUID]:
        """At most 4 queries."""
        query = " ".join(query.replace("\x00", " ").split())[:_LONGEST_QUERY]
        if not query:
            return []
        values = _values(query, limit)
        found = dict.fromkeys(self._ask(_BY_CODE, values) if _is_code(query) else [])
        found.update(dict.fromkeys(self._ask(_BY_WORDS["all"], values)))
        if len(found) < _ENOUGH and " " in query:
            found.update(dict.fromkeys(self._ask(_BY_WORDS["any"], values)))
        if not found and len(re.findall(r"\w", query)) >= _LEAST_LETTERS:
            found.update(dict.fromkeys(self._ask(_BY_LIKENESS, values)))
        return list(found)[:limit]

    def complete(self, query: str, limit: int = 8) -> list[Suggestion]:
        """Products first by rank, then categories whose name holds the text. At most 6 queries."""
        keys = self.find(query, limit)
        rows = Product.objects.in_bulk(keys)
        products = [
            Suggestion("product", rows[key].name, rows[key].slug, rows[key].price_from)
            for key in keys
            if key in rows
        ]
        shelves = _shelves(query.strip())
        return [*shelves, *products[: limit - len(shelves)]]

    def _ask(self, sql: str, values: dict[str, Any]) -> list[UUID]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [row[0] for row in cursor.fetchall()]


def _is_code(query: str) -> bool:
    """One word with a digit in it: a SKU, a model or a part number."""
    return any(letter.isdigit() for letter in query)


def _values(query: str, limit: int) -> dict[str, Any]:
    plain = query.lower()
    escaped = re.sub(r"([\\%_])", r"\\\1", plain)
    *before, last = query.split()
    letters = re.sub(r"\W", "", last)
    return {
        "query": query,
        "before": " ".join(before),
        "prefix": f"{letters.lower()}:*" if letters else "",
        "like": f"%{escaped}%",
        "whole": f"% {escaped} %",
        "limit": limit,
    }


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
