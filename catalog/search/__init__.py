"""Search: one call for a page of results, one for suggestions while typing."""

from collections.abc import Sequence

from django.conf import settings

from catalog.search.base import EngineAway, SearchEngine
from catalog.search.boosts import boosted
from catalog.search.elastic import ElasticSearch
from catalog.search.fallback import Fallback
from catalog.search.limits import understand
from catalog.search.postgres import PostgresSearch
from catalog.search.spelling import similar_words
from catalog.search.suggestions import Suggestion, suggestions
from catalog.selectors import Listing, ListingFilters, Scope, listing

_MAX_RESULTS = 10_000


def engine() -> SearchEngine:
    """PostgreSQL, or Elasticsearch with PostgreSQL behind it where SEARCH_URL names one."""
    if not settings.SEARCH_URL:
        return PostgresSearch()

    return Fallback(ElasticSearch(), PostgresSearch())


def found(query: str) -> Sequence[str]:
    """Keys of matching products, best first. At most 9 queries, and those of boosts."""
    return boosted(engine().find(query, _MAX_RESULTS), query)


def search(query: str, filters: ListingFilters) -> Listing:
    """One page of results with facets. At most 16 queries, 9 of them for finding."""
    return listing(filters, scope=Scope(product_ids=found(query)))


def search_in_words(query: str, filters: ListingFilters) -> tuple[Listing, str]:
    """
    The results, and the query without the limits that it says in words: these are filters.

    Where nothing is within the limits, they stay words. At most 33 queries.
    """
    rest, narrowed = understand(query, filters)
    if narrowed != filters:
        scope = Scope(product_ids=found(rest)) if rest else Scope()
        within = listing(narrowed, scope=scope)
        if within.count:
            return within, rest
    return search(query, filters), query


def suggest(query: str, limit: int = 8) -> list[Suggestion]:
    """Suggestions for a query being typed. At most 10 queries."""
    return suggestions(query, engine().find(query, limit, is_unfinished=True), limit)
