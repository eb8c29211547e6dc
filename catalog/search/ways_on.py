"""Where a search without results may go on."""

from typing import NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models.functions import Greatest

from catalog.models import Category
from catalog.search.boosts import boosted
from catalog.search.postgres import PostgresSearch

_MAX_DROPPED = 3
_MAX_COUNTED = 1_000
_MIN_SIMILARITY = 0.3


class Shorter(NamedTuple):
    """A search without one of the words, and how many products it finds."""

    query: str
    without: str
    products: int


def without_a_word(query: str, most: int = 3) -> list[Shorter]:
    """Shorter searches that find something, most products first. At most 9 queries a word."""
    words = query.split()
    if len(words) == 1:
        return []
    found = []
    for place, word in enumerate(words[:_MAX_DROPPED]):
        rest = " ".join(words[:place] + words[place + 1 :])
        if keys := boosted(PostgresSearch().find(rest, _MAX_COUNTED), rest):
            found.append(Shorter(rest, word, len(keys)))
    return sorted(found, key=lambda each: -each.products)[:most]


def nearest_kinds(query: str, most: int = 3) -> list[Category]:
    """The categories whose names are most similar to the query. 1 query."""
    alike = Greatest(TrigramSimilarity("name_es", query), TrigramSimilarity("name_en", query))
    rows = Category.objects.active().annotate(alike=alike).filter(alike__gte=_MIN_SIMILARITY)
    return list(rows.order_by("-alike", "pk")[:most])
