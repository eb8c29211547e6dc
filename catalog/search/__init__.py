"""Search: one call for a page of results, one for suggestions while typing."""

from catalog.search.base import SearchEngine, Suggestion
from catalog.search.boosts import boosted
from catalog.search.postgres import PostgresSearch
from catalog.selectors import Listing, ListingFilters, Scope, listing

__all__ = ["SearchEngine", "Suggestion", "engine", "search", "suggest"]

_MOST_RESULTS = 10_000


def engine() -> SearchEngine:
    return PostgresSearch()


def found(query: str) -> tuple[str, ...]:
    """Keys of the products that the query means, best first. At most 8 queries, and boosts."""
    return tuple(boosted(engine().find(query, _MOST_RESULTS), query))


def search(query: str, filters: ListingFilters) -> Listing:
    """One page of results with facets. At most 16 queries, 8 of them for finding."""
    return listing(filters, scope=Scope(product_ids=found(query)))


def suggest(query: str, limit: int = 8) -> list[Suggestion]:
    """What the letters typed so far may mean. At most 8 queries."""
    return engine().complete(query, limit)
