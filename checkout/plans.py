"""
What an order costs when its units change: pure, fed with data.

Units that stay keep their price, discount and tax to the cent; units that go take exactly theirs
along, the last of a line first; units that come are priced by anyone who calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.money import ZERO, allocate
from promotions.basket import Reason, UnitAllocation


@dataclass(frozen=True, kw_only=True)
class PlannedLine:
    """A line of an order; `units` say what each single one bears. `key` is unique in the order."""

    key: str
    variant_id: UUID
    seller_id: UUID
    name: str = ""
    sku: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    kit: str = ""
    warranty_months: int = 0
    list_price: Decimal
    unit_price: Decimal
    tax_rate: Decimal = ZERO
    units: tuple[UnitAllocation, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def quantity(self) -> int:
        return len(self.units)

    @property
    def amount(self) -> Decimal:
        """Before promotions."""
        return self.unit_price * self.quantity

    @property
    def discount(self) -> Decimal:
        return sum((unit.discount for unit in self.units), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum((unit.tax for unit in self.units), ZERO)

    @property
    def total(self) -> Decimal:
        return self.amount - self.discount

    def allocations_as_json(self) -> list[dict[str, str]]:
        return [{"discount": str(unit.discount), "tax": str(unit.tax)} for unit in self.units]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How the order comes, what is charged for it, and what would be without `gifts`."""

    code: str = ""
    name: str = ""
    price: Decimal = ZERO
    # What the lines do not bear of the order's tax.
    tax: Decimal = ZERO
    gifts: tuple[Reason, ...] = ()
    # As in `ShippingOffer`; a text, as the order keeps it.
    free_from: str = ""
    promised_from: date | None = None
    promised_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class OrderAmounts:
    """All figures of an order, as it is or as it would be."""

    currency: str
    prices_include_tax: bool
    lines: tuple[PlannedLine, ...]
    delivery: Delivery

    @property
    def subtotal(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def discount_total(self) -> Decimal:
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def tax_total(self) -> Decimal:
        return sum((line.tax for line in self.lines), self.delivery.tax)

    @property
    def total(self) -> Decimal:
        goods = self.subtotal - self.discount_total + self.delivery.price
        return goods if self.prices_include_tax else goods + self.tax_total

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """One for each promotion and kit, with what it takes off in all."""
        return _merged([*(r for line in self.lines for r in line.reasons), *self.delivery.gifts])

    def quantities(self) -> dict[UUID, int]:
        """Units by variant."""
        found: dict[UUID, int] = {}
        for line in self.lines:
            found[line.variant_id] = found.get(line.variant_id, 0) + line.quantity
        return found

    def as_json(self) -> dict[str, Any]:
        """The computation with its reasons, in the shape of `PricedBasket.as_json`."""
        gift = sum((reason.amount for reason in self.delivery.gifts), ZERO)
        return {
            "currency": self.currency,
            "prices_include_tax": self.prices_include_tax,
            "subtotal": str(self.subtotal),
            "discount_total": str(self.discount_total),
            "shipping": self.delivery.code,
            "shipping_free_from": self.delivery.free_from,
            "shipping_discount": str(gift),
            "shipping_total": str(self.delivery.price),
            "shipping_tax": str(self.delivery.tax),
            "tax_total": str(self.tax_total),
            "total": str(self.total),
            "lines": [_line_as_json(line) for line in self.lines],
            "reasons": [_reason_as_json(reason) for reason in self.reasons],
            "shipping_reasons": [_reason_as_json(reason) for reason in self.delivery.gifts],
        }


def change(
    sheet: OrderAmounts,
    *,
    quantities: Mapping[str, int],
    added: Sequence[PlannedLine] = (),
    delivery: Delivery | None = None,
) -> OrderAmounts:
    """
    The order with at most so many units of its lines, by key, and with the added ones.

    A line that is not named stays. Added units join a line that sells the same at the same price.
    """
    lines: list[PlannedLine] = []
    for line in sheet.lines:
        kept = _shrunk(line, quantities.get(line.key, line.quantity), sheet.currency)
        if kept.quantity:
            lines.append(kept)
    for line in added:
        _join(lines, line)
    return replace(sheet, lines=tuple(lines), delivery=delivery or sheet.delivery)


def _shrunk(line: PlannedLine, quantity: int, currency: str) -> PlannedLine:
    """The first units stay; the reasons share what is left of the discount."""
    if quantity >= line.quantity:
        return line
    kept = replace(line, units=line.units[: max(quantity, 0)])
    weights = [reason.amount for reason in line.reasons]
    if not sum(weights):
        return kept
    parts = allocate(kept.discount, weights, currency)
    reasons = [replace(r, amount=part) for r, part in zip(line.reasons, parts, strict=True)]
    return replace(kept, reasons=tuple(reason for reason in reasons if reason.amount))


def _join(lines: list[PlannedLine], new: PlannedLine) -> None:
    for place, line in enumerate(lines):
        if not line.kit and _terms(line) == _terms(new):
            units, reasons = line.units + new.units, _merged([*line.reasons, *new.reasons])
            lines[place] = replace(line, units=units, reasons=reasons)
            return
    lines.append(new)


def _terms(line: PlannedLine) -> tuple[object, ...]:
    """What has to be the same for units to stand in one line."""
    prices = (line.list_price, line.unit_price, line.tax_rate)
    return (line.variant_id, line.seller_id, line.kit, *prices)


def _merged(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    found: dict[object, Reason] = {}
    for reason in reasons:
        key = reason.promotion_id or reason.name
        before = found[key].amount if key in found else ZERO
        found[key] = replace(reason, amount=before + reason.amount)
    return tuple(found.values())


def _line_as_json(line: PlannedLine) -> dict[str, Any]:
    return {
        "key": line.key,
        "variant": str(line.variant_id),
        "quantity": line.quantity,
        "list_price": str(line.list_price),
        "unit_price": str(line.unit_price),
        "discount": str(line.discount),
        "tax_rate": str(line.tax_rate),
        "tax": str(line.tax),
        "total": str(line.total),
        "unit_allocations": line.allocations_as_json(),
        "reasons": [_reason_as_json(reason) for reason in line.reasons],
    }


def _reason_as_json(reason: Reason) -> dict[str, str]:
    return {
        "name": reason.name,
        "amount": str(reason.amount),
        "promotion": str(reason.promotion_id or ""),
        "code": reason.code,
    }
