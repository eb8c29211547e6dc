"""Search: one call for a page of results, one for suggestions while typing."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from catalog.search.base import EngineAway, SearchEngine
from catalog.search.boosts import boosted
from catalog.search.elastic import ElasticSearch
from catalog.search.fallback import Fallback
from catalog.search.limits import understand, without_options, without_prices
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


class Answer(NamedTuple):
    """
    The results, and the query without the limits that it says in words: these are filters, or
    `dropped`, as no product is within them.
    """

    listing: Listing
    query: str
    dropped: str = ""


def search_in_words(query: str, filters: ListingFilters) -> Answer:
    """
    The results within the limits that the query says in words, or else without them.

    Prices that nothing has are dropped first. Sizes, quantities and colours that nothing has stay
    words if some product has them all in its texts. At most 90 queries.
    """
    rest, narrowed = understand(query, filters)
    if narrowed != filters:
        scope = Scope(product_ids=found(rest)) if rest else Scope()
        within = listing(narrowed, scope=scope)
        if within.count:
            return Answer(within, rest)
    looser, dropped = without_prices(query)
    if looser and dropped:
        answer = search_in_words(looser, filters)
        return answer._replace(dropped=f"{dropped} {answer.dropped}".strip())
    looser, dropped = without_options(query)
    if looser and dropped and not PostgresSearch().has_all_words(query):
        wider = search(looser, filters)
        if wider.count:
            return Answer(wider, looser, dropped)
    return Answer(search(query, filters), query)


def suggest(query: str, limit: int = 8) -> list[Suggestion]:
    """Suggestions for a query being typed. At most 10 queries."""
    return suggestions(query, engine().find(query, limit, is_unfinished=True), limit)
