"""The interface of search engines: PostgreSQL or Elasticsearch."""

from collections.abc import Sequence
from typing import Protocol


class EngineAway(Exception):
    """The engine cannot answer now; the message says why, for logs."""


class SearchEngine(Protocol):
    """An engine applies synonyms; boosts and suggestions are added to its results."""

    def find(self, query: str, limit: int, *, is_unfinished: bool = False) -> Sequence[str]:
        """
        Keys of published products as text, best first. Empty text finds nothing.

        The last word of an unfinished query may be the beginning of one.

        :raises EngineAway: if another engine has to answer
        """
        ...
