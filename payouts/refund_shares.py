"""Share an order's refunds among its lines, and so among its sellers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, allocate
from orders.allocations import worth_of_last
from orders.models import Order, OrderLine


@dataclass(frozen=True)
class Part:
    """The amount paid for a line's units that were not cancelled, and its refunded part."""

    worth: Decimal
    returned: Decimal
    cancelled: Decimal


def part_of(line: OrderLine, order: Order) -> Part:
    """No query."""
    tax = ZERO if order.prices_include_tax else line.tax
    worth = worth_of_last(line, line.quantity - line.cancelled_quantity, order)
    return Part(
        worth=worth,
        returned=worth_of_last(line, line.returned_quantity, order),
        cancelled=line.total + tax - worth,
    )


def given_back(
    parts: Sequence[Part], gone: Decimal, *, delivery: Decimal, currency: str
) -> list[Decimal]:
    """
    The share of each line in the refunds.

    Cancelled units come first, which no seller is owed; then each line's returned units; then the
    delivery, which is the house's; the rest is shared by worth.
    """
    left = max(gone - sum((part.cancelled for part in parts), ZERO), ZERO)
    own = _shared(left, [part.returned for part in parts], currency)
    rest = max(left - sum(own, ZERO) - delivery, ZERO)
    kept = [part.worth - borne for part, borne in zip(parts, own, strict=True)]
    return [sum(both, ZERO) for both in zip(own, _shared(rest, kept, currency), strict=True)]


def _shared(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """As much of the amount as the weights have room for."""
    room = sum(weights, ZERO)
    if not room:
        return [ZERO] * len(weights)
    return allocate(min(amount, room), weights, currency)
