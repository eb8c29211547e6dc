"""Gaps and overlaps in the rates of a zone: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Protocol

ANY = Decimal("Infinity")
NOTHING = Decimal(0)
GRAM = Decimal("0.001")  # tables write “0 to 1, 1.001 to 2”, and nothing weighs less


class Ranges(Protocol):
    """The parcels that a rate is for."""

    @property
    def from_kg(self) -> Decimal: ...
    @property
    def to_kg(self) -> Decimal | None: ...
    @property
    def from_amount(self) -> Decimal: ...
    @property
    def to_amount(self) -> Decimal | None: ...


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """Parcels that have two rates, or none though heavier ones have."""

    is_overlap: bool
    from_kg: Decimal
    to_kg: Decimal
    from_amount: Decimal
    to_amount: Decimal


def flaws(rates: Sequence[Ranges]) -> Iterator[Flaw]:
    """
    Gaps and overlaps in the rates of one method and zone, by amount, then by weight.

    What is heavier than the heaviest rate is no gap: carriers have a limit.
    """
    limit = max((_end(rate.to_kg) for rate in rates), default=NOTHING)
    edges = {NOTHING, ANY}
    for rate in rates:
        edges |= {rate.from_amount, _end(rate.to_amount)}
    amounts = sorted(edges)
    for low, high in pairwise(amounts):
        inside = [r for r in rates if r.from_amount <= low and _end(r.to_amount) >= high]
        for is_overlap, light, heavy in _along_the_weights(inside, limit):
            yield Flaw(
                is_overlap=is_overlap,
                from_kg=light,
                to_kg=heavy,
                from_amount=low,
                to_amount=high,
            )


def _along_the_weights(
    rates: Sequence[Ranges], limit: Decimal
) -> Iterator[tuple[bool, Decimal, Decimal]]:
    reached = NOTHING
    for rate in sorted(rates, key=lambda rate: rate.from_kg):
        end = _end(rate.to_kg)
        if rate.from_kg < reached:
            yield True, rate.from_kg, min(reached, end)
        elif rate.from_kg - reached > GRAM:
            yield False, reached, rate.from_kg
        reached = max(reached, end)
    if reached < limit:
        yield False, reached, limit


def _end(upper: Decimal | None) -> Decimal:
    return ANY if upper is None else upper
