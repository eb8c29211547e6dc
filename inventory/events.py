from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Event):
    """A variant went from one band (in stock, last few, sold out) to another."""

    variant_id: str
    band: str


@dataclass(frozen=True, kw_only=True)
class StockRanLow(Event):
    """A level fell below its minimum. Once for each crossing."""

    level_id: str
    available: int


@dataclass(frozen=True, kw_only=True)
class StockRanOut(Event):
    """The last unit of a level was sold or has left. Once for each crossing."""

    level_id: str
    available: int
