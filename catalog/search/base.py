"""What a search engine of the shop answers. PostgreSQL is one; others may be put in its place."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product or category that the typed letters may mean. `kind` is product or category."""

    kind: str
    label: str
    slug: str
    price: Decimal | None = None
    is_family: bool = False


class SearchEngine(Protocol):
    def find(self, query: str, limit: int) -> list[str]:
        """Keys of published products as text, best first. Empty text finds nothing."""
        ...

    def complete(self, query: str, limit: int) -> list[Suggestion]:
        """What the query may be the beginning of."""
        ...
