"""What each single unit of a line bears of its discount and tax."""

from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, allocate
from orders.models import Order, OrderLine


@dataclass(frozen=True)
class Share:
    discount: Decimal
    tax: Decimal


def shares_of(line: OrderLine, currency: str) -> list[Share]:
    """One for each unit, in their order; spread evenly where nobody has written them down."""
    stored = [
        Share(Decimal(each["discount"]), Decimal(each["tax"])) for each in line.unit_allocations
    ]
    if len(stored) == line.quantity:
        return stored
    alike = [Decimal(1)] * line.quantity
    discounts = allocate(line.discount, alike, currency)
    taxes = allocate(line.tax, alike, currency)
    return [Share(*parts) for parts in zip(discounts, taxes, strict=True)]


def as_json(shares: list[Share]) -> list[dict[str, str]]:
    return [{"discount": str(share.discount), "tax": str(share.tax)} for share in shares]


def worth_of_last(line: OrderLine, units: int, order: Order) -> Decimal:
    """What was paid for the last of the units that are not cancelled."""
    end = line.quantity - line.cancelled_quantity
    shares = shares_of(line, order.currency)[end - units : end]
    taxes = ZERO if order.prices_include_tax else sum((share.tax for share in shares), ZERO)
    discounts = sum((share.discount for share in shares), ZERO)
    worth: Decimal = line.unit_price * units - discounts + taxes
    return worth
