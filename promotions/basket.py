"""Input and result of the pricer: plain values, no rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from core.money import ZERO
from orders.amounts import Delivery, NewLine, OrderAmounts, Reason, UnitAllocation


@dataclass(frozen=True, kw_only=True)
class PriceLine:
    """Some units of a variant. `key` is unique in the basket; `kit` is a KitRule's key."""

    key: str
    variant_id: UUID
    product_id: UUID
    seller_id: UUID
    brand_id: UUID | None = None
    # The product's category and all above it.
    category_ids: frozenset[UUID] = frozenset()
    collection_ids: frozenset[UUID] = frozenset()
    list_price: Decimal
    price: Decimal
    quantity: int
    tax_rate: Decimal = ZERO
    kit: str = ""


@dataclass(frozen=True, kw_only=True)
class Tier:
    """From so many units on, so many percent off."""

    quantity: int
    percent: Decimal


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A promotion as the pricer needs it. `targets` are keys of the kind that `scope` names."""

    id: UUID
    name: str
    effect: str
    scope: str = "order"
    value: Decimal = ZERO
    buy_quantity: int = 0
    free_quantity: int = 0
    tiers: tuple[Tier, ...] = ()
    targets: frozenset[UUID] = frozenset()
    minimum_purchase: Decimal = ZERO
    priority: int = 0
    exclusive_group: str = ""
    coupon_id: UUID | None = None
    code: str = ""
    # Not a promotion: taken off this one order, whatever else is, and counted nowhere.
    is_agreed: bool = False

    @classmethod
    def agreed(cls, amount: Decimal, reason: str) -> "Rule":
        """So much off the whole order, because staff and customer have agreed on it."""
        return cls(id=uuid4(), name=reason, effect="fixed", value=amount, is_agreed=True)


@dataclass(frozen=True, kw_only=True)
class KitRule:
    """A kit's discount, for as many complete sets as the required products allow."""

    key: str
    name: str
    percent: Decimal
    required: Mapping[UUID, int]
    optional: Mapping[UUID, int] = field(default_factory=dict)
    # Of its page.
    slug: str = ""

    def sets(self, lines: Iterable[PriceLine]) -> int:
        """How often all that it needs is together in these lines."""
        units: dict[UUID, int] = defaultdict(int)
        for line in lines:
            if line.kit == self.key:
                units[line.product_id] += line.quantity
        return min((units[product] // n for product, n in self.required.items()), default=0)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What may lower this basket's prices."""

    automatic: tuple[Rule, ...] = ()
    coupon: Rule | None = None
    kits: tuple[KitRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShippingOffer:
    """One way to get the order, what it costs there and when it comes."""

    code: str
    name: str
    price: Decimal
    promised_from: date | None = None
    promised_to: date | None = None
    kind: str = "delivery"
    description: str = ""
    # The address of a pickup.
    place: str = ""
    # Costs nothing, because the goods come to that much.
    free_from: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PriceSettings:
    """The shop's side of the calculation."""

    currency: str = "PEN"
    prices_include_tax: bool = True
    rounds_tax_per_line: bool = True
    shipping_tax_rate: Decimal = ZERO
    # Whose rates these are; only for people to read.
    tax_country: str = ""


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """A priced line. `total` is the amount paid, less tax where prices exclude it."""

    line: PriceLine
    unit_price: Decimal
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    unit_allocations: tuple[UnitAllocation, ...]
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> str:
        return self.line.key

    @property
    def quantity(self) -> int:
        return self.line.quantity


@dataclass(frozen=True, kw_only=True)
class PricedBasket:
    """
    The figures of a basket.

    `shipping_total` is the charged amount; a free or reduced delivery is in `shipping_discount`
    and in the reasons, not in `discount_total`, which is the sum of the lines' discounts.
    """

    lines: tuple[PricedLine, ...]
    settings: PriceSettings
    subtotal: Decimal
    discount_total: Decimal
    shipping: ShippingOffer | None
    shipping_discount: Decimal
    shipping_total: Decimal
    shipping_tax: Decimal
    tax_total: Decimal
    total: Decimal
    # One per promotion and kit that took effect, summed over lines and shipping.
    reasons: tuple[Reason, ...]
    shipping_reasons: tuple[Reason, ...]

    @property
    def currency(self) -> str:
        return self.settings.currency

    @property
    def prices_include_tax(self) -> bool:
        return self.settings.prices_include_tax

    @property
    def applied(self) -> tuple[Reason, ...]:
        """The promotions that took effect and count as used by the order."""
        return tuple(reason for reason in self.reasons if reason.promotion_id)

    @property
    def coupon_code(self) -> str:
        """The code that took effect, or an empty string."""
        return next((reason.code for reason in self.reasons if reason.code), "")

    def amounts(self, lines: tuple[NewLine, ...]) -> OrderAmounts:
        """The figures as an order has them, with its lines in the words of the catalogue."""
        delivery = Delivery()
        if offer := self.shipping:
            delivery = Delivery(
                code=offer.code,
                name=offer.name[:150],
                price=self.shipping_total,
                tax=self.shipping_tax,
                gifts=self.shipping_reasons,
                free_from=str(offer.free_from or ""),
                promised_from=offer.promised_from,
                promised_to=offer.promised_to,
            )
        return OrderAmounts(
            currency=self.currency,
            prices_include_tax=self.prices_include_tax,
            lines=lines,
            delivery=delivery,
            tax_terms={
                "rounds_tax_per_line": self.settings.rounds_tax_per_line,
                "tax_country": self.settings.tax_country,
                "shipping_tax_rate": str(self.settings.shipping_tax_rate),
            },
        )
