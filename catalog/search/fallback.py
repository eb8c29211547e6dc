"""Uses a second engine while the first is unavailable."""

import logging
from collections.abc import Sequence

from catalog.search.base import EngineAway, SearchEngine
from core.connections.circuit_breaker import Circuit

logger = logging.getLogger(__name__)

_SECONDS_ALONE = 15
circuit = Circuit(_SECONDS_ALONE)


class Fallback:
    """
    Two engines with a circuit breaker: one search waits for the timeout, further ones use the
    second.
    """

    def __init__(self, first: SearchEngine, second: SearchEngine) -> None:
        self._first, self._second = first, second

    def find(self, query: str, limit: int, *, is_unfinished: bool = False) -> Sequence[str]:
        """The results of the first available engine."""
        if not circuit.allows():
            return self._second.find(query, limit, is_unfinished=is_unfinished)
        try:
            keys = self._first.find(query, limit, is_unfinished=is_unfinished)
        except EngineAway as reason:
            if circuit.failed():
                logger.warning("Elasticsearch is away, PostgreSQL searches: %s", reason)
            return self._second.find(query, limit, is_unfinished=is_unfinished)
        if circuit.worked():
            logger.warning("Elasticsearch searches again.")
        return keys
