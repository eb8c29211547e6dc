"""The interface of search engines: PostgreSQL or Elasticsearch."""

from collections.abc import Sequence
from typing import Protocol


class EngineAway(Exception):
    """The engine is unavailable; the message is the reason, for logs."""


class SearchEngine(Protocol):
    """Finds products and applies synonyms; boosts are applied to its results."""

    def find(self, query: str, limit: int, *, is_unfinished: bool = False) -> Sequence[str]:
        """
        Keys of visible products as text, best first. An empty query has no results.

        The last word of an unfinished query may be a prefix.

        :raises EngineAway: if the engine is unavailable
        """
        ...
