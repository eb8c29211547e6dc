"""One engine behind another, for while the first one is away."""

import logging
from collections.abc import Sequence

from catalog.search.base import EngineAway, SearchEngine
from core.connections.circuit_breaker import Circuit

logger = logging.getLogger(__name__)

_SECONDS_ALONE = 15
circuit = Circuit(_SECONDS_ALONE)


class Fallback:
    """
    Asks the first engine, and the second one while the first is away.

    Who finds it away waits for its timeout; for some seconds after that nobody asks it at all.
    """

    def __init__(self, first: SearchEngine, second: SearchEngine) -> None:
        self._first, self._second = first, second

    def find(self, query: str, limit: int, *, is_unfinished: bool = False) -> Sequence[str]:
        """What the first engine finds that answers."""
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
