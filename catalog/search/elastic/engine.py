"""Searches the index that `catalog.search.elastic.index` builds."""

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, F
from django.db.models.functions import Cast

from catalog.models import Product
from catalog.search.elastic import client, queries
from catalog.search.elastic.mapping import ALIAS
from catalog.search.query_terms import meaning_of_query
from catalog.search.synonyms import synonyms_of
from catalog.search.texts import split
from core.database.lookups import AnyOf

_MAX_QUERY_LENGTH = 200
# Request more than needed, as results may be hidden; Elasticsearch returns at most 10,000.
_SPARE, _MAX = 3, 10_000


class ElasticSearch:
    """Finds exact words; only without results, similar ones."""

    def find(self, query: str, limit: int, *, is_unfinished: bool = False) -> list[str]:
        """
        At most 7 queries, and 2 requests to Elasticsearch.

        :raises EngineAway: if Elasticsearch is unavailable or has no index
        """
        query = query[:_MAX_QUERY_LENGTH]
        words = split(query)
        if not words:
            return []
        exact = queries.exactly(
            query, synonyms_of(words), meaning_of_query(query), is_unfinished=is_unfinished
        )
        asked = min(limit * _SPARE, _MAX)
        keys = _ask(exact, asked) or _ask(queries.nearly(query), asked)
        return _shown(keys)[:limit]


def _ask(query: queries.Query, limit: int) -> list[str]:
    """Keys by score; equal scores newest first, as keys are ordered by time."""
    with client.engine_errors():
        answer = client.for_shoppers().search(
            index=ALIAS,
            query=query,
            size=limit,
            source=False,
            track_total_hits=False,
            filter_path="hits.hits._id,hits.hits._score",
        )
    hits: list[dict[str, Any]] = answer.body.get("hits", {}).get("hits", [])
    hits.sort(key=lambda hit: (hit["_score"], hit["_id"]), reverse=True)
    return [hit["_id"] for hit in hits]


def _shown(keys: Sequence[str]) -> list[str]:
    """Those visible to shoppers. 1 query."""
    if not keys:
        return []
    products = Product.objects.published().filter(AnyOf(F("pk"), keys))
    shown = set(products.values_list(Cast("pk", CharField()), flat=True))
    return [key for key in keys if key in shown]
