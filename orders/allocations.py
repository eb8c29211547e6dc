"""The share of a line's discount and tax that each single unit bears."""

from decimal import Decimal

from core.money import ZERO
from orders.amounts import UnitAllocation, spread
from orders.models import Order, OrderLine


def allocations_of(line: OrderLine, currency: str) -> list[UnitAllocation]:
    """One for each unit, in their order; spread evenly where none are stored."""
    stored = [
        UnitAllocation(discount=Decimal(each["discount"]), tax=Decimal(each["tax"]))
        for each in line.unit_allocations
    ]
    if len(stored) == line.quantity:
        return stored
    return spread(line.quantity, line.discount, line.tax, currency)


def worth_of_last(line: OrderLine, units: int, order: Order) -> Decimal:
    """The amount paid for the last of the units not cancelled."""
    end = line.quantity - line.cancelled_quantity
    last = allocations_of(line, order.currency)[end - units : end]
    taxes = ZERO if order.prices_include_tax else sum((unit.tax for unit in last), ZERO)
    discounts = sum((unit.discount for unit in last), ZERO)
    worth: Decimal = line.unit_price * units - discounts + taxes
    return worth
