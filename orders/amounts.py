"""
The amounts of an order, current or planned: pure functions.

When units change, the remaining ones keep their price, discount and tax to the cent; removed ones
take their own share, from the end of a line; the caller prices new ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from core.money import ZERO, allocate


class TaxTermsJSON(TypedDict, total=False):
    """How the order was taxed when it was placed."""

    rounds_tax_per_line: bool
    tax_country: str
    shipping_tax_rate: str


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something costs less, and by how much. Kits and agreements have no promotion."""

    name: str
    amount: Decimal
    promotion_id: UUID | None = None
    coupon_id: UUID | None = None
    code: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "amount": str(self.amount),
            "promotion": str(self.promotion_id or ""),
            "code": self.code,
        }


@dataclass(frozen=True, kw_only=True)
class UnitAllocation:
    """Discount and tax of one single unit."""

    discount: Decimal
    tax: Decimal

    def as_json(self) -> dict[str, str]:
        return {"discount": str(self.discount), "tax": str(self.tax)}


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """
    A line with the figures of the pricer and the words of the catalogue.

    `units` say what each single one bears; `key` is unique in the order.
    """

    key: str = ""
    variant_id: UUID
    seller_id: UUID
    name: str
    sku: str
    options: Mapping[str, str] = field(default_factory=dict)
    kit: str = ""
    warranty_months: int = 0
    quantity: int
    list_price: Decimal
    unit_price: Decimal
    discount: Decimal = ZERO
    tax_rate: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal
    units: tuple[UnitAllocation, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def with_units(
        self, units: tuple[UnitAllocation, ...], reasons: tuple[Reason, ...] | None = None
    ) -> "NewLine":
        """The line with these units and the sums of what they bear."""
        discount = sum((unit.discount for unit in units), ZERO)
        return replace(
            self,
            units=units,
            quantity=len(units),
            discount=discount,
            tax=sum((unit.tax for unit in units), ZERO),
            total=self.unit_price * len(units) - discount,
            reasons=self.reasons if reasons is None else reasons,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "variant": str(self.variant_id),
            "quantity": self.quantity,
            "list_price": str(self.list_price),
            "unit_price": str(self.unit_price),
            "discount": str(self.discount),
            "tax_rate": str(self.tax_rate),
            "tax": str(self.tax),
            "total": str(self.total),
            "unit_allocations": [unit.as_json() for unit in self.units],
            "reasons": [reason.as_json() for reason in self.reasons],
        }


# What the row of an order line stores under the same name.
LINE_COLUMNS = [
    each.name for each in fields(NewLine) if each.name not in {"key", "units", "reasons"}
]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Delivery and its charge, and the charge without `gifts`."""

    code: str = ""
    name: str = ""
    price: Decimal = ZERO
    # The part of the order's tax that the lines do not bear.
    tax: Decimal = ZERO
    gifts: tuple[Reason, ...] = ()
    # The amount of goods from which it is free, as text; empty where that is not why.
    free_from: str = ""
    promised_from: date | None = None
    promised_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class OrderAmounts:
    """All figures of an order."""

    currency: str
    prices_include_tax: bool
    lines: tuple[NewLine, ...]
    delivery: Delivery
    tax_terms: TaxTermsJSON = field(default_factory=TaxTermsJSON)

    @property
    def subtotal(self) -> Decimal:
        return sum((line.unit_price * line.quantity for line in self.lines), ZERO)

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
        return merge_reasons(
            [*(r for line in self.lines for r in line.reasons), *self.delivery.gifts]
        )

    def quantities(self) -> dict[UUID, int]:
        """Units by variant."""
        found: dict[UUID, int] = {}
        for line in self.lines:
            found[line.variant_id] = found.get(line.variant_id, 0) + line.quantity
        return found

    def columns(self) -> dict[str, Any]:
        """What the order's own row says of its amounts and its delivery."""
        return {
            "currency": self.currency,
            "prices_include_tax": self.prices_include_tax,
            "subtotal": self.subtotal,
            "discount_total": self.discount_total,
            "shipping_total": self.delivery.price,
            "tax_total": self.tax_total,
            "total": self.total,
            "pricing": self.as_json(),
            "shipping_method_code": self.delivery.code,
            "shipping_method_name": self.delivery.name,
            "promised_from": self.delivery.promised_from,
            "promised_to": self.delivery.promised_to,
        }

    def as_json(self) -> dict[str, Any]:
        """The computation with its reasons, as `Order.pricing` stores it; amounts are strings."""
        gift = sum((reason.amount for reason in self.delivery.gifts), ZERO)
        return {
            **self.tax_terms,
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
            "lines": [line.as_json() for line in self.lines],
            "reasons": [reason.as_json() for reason in self.reasons],
            "shipping_reasons": [reason.as_json() for reason in self.delivery.gifts],
        }


def change_units(
    amounts: OrderAmounts, *, quantities: Mapping[str, int], added: Sequence[NewLine] = ()
) -> OrderAmounts:
    """
    The order with at most so many units of its lines, by key, and with the added ones.

    A line that is not named stays. Added units join a line that sells the same at the same price.
    """
    lines: list[NewLine] = []
    for line in amounts.lines:
        left = _shrink(line, quantities.get(line.key, line.quantity), amounts.currency)
        if left.quantity:
            lines.append(left)
    for line in added:
        _join(lines, line)
    return replace(amounts, lines=tuple(lines))


def spread(quantity: int, discount: Decimal, tax: Decimal, currency: str) -> list[UnitAllocation]:
    """Discount and tax in equal parts, to the minor unit, one for each unit."""
    alike = [Decimal(1)] * quantity
    parts = zip(allocate(discount, alike, currency), allocate(tax, alike, currency), strict=True)
    return [UnitAllocation(discount=discount, tax=tax) for discount, tax in parts]


def merge_reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """One for each promotion and kit, with what it takes off in all."""
    found: dict[object, Reason] = {}
    for reason in reasons:
        key = reason.promotion_id or reason.name
        before = found[key].amount if key in found else ZERO
        found[key] = replace(reason, amount=before + reason.amount)
    return tuple(found.values())


def _shrink(line: NewLine, quantity: int, currency: str) -> NewLine:
    """Discounts of remaining units; the reasons share the rest of the discount."""
    if quantity >= line.quantity:
        return line
    left = line.with_units(line.units[: max(quantity, 0)])
    weights = [reason.amount for reason in line.reasons]
    if not sum(weights):
        return left
    parts = allocate(left.discount, weights, currency)
    reasons = [replace(r, amount=part) for r, part in zip(line.reasons, parts, strict=True)]
    return replace(left, reasons=tuple(reason for reason in reasons if reason.amount))


def _join(lines: list[NewLine], new: NewLine) -> None:
    for place, line in enumerate(lines):
        if not line.kit and _terms(line) == _terms(new):
            reasons = merge_reasons([*line.reasons, *new.reasons])
            lines[place] = line.with_units(line.units + new.units, reasons)
            return
    lines.append(new)


def _terms(line: NewLine) -> tuple[object, ...]:
    """Units stand in one line only if all of this is the same."""
    prices = (line.list_price, line.unit_price, line.tax_rate)
    return (line.variant_id, line.seller_id, line.kit, *prices)
