"""An order before it is one: the value that checkout builds and `services.create` writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.places import Place
from catalog.models import Variant
from core.ids import uuid7
from core.money import ZERO
from orders.amounts import NewLine, Reason, merge_reasons


@dataclass(frozen=True, kw_only=True)
class NewAddress:
    """A place as it is frozen on the order. `kind` is shipping or billing."""

    kind: str = "shipping"
    recipient: str
    phone: str = ""
    street: str
    district: str = ""
    city: str
    region: str = ""
    postal_code: str = ""
    country: str = "PE"
    ubigeo: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """Who orders what at which figures, where it goes and how it is paid."""

    id: UUID = field(default_factory=uuid7)
    placed_at: datetime = field(default_factory=timezone.now)
    customer: User
    email: str
    phone: str = ""
    document_type: str = ""
    document_number: str = ""
    language: str = "es"
    currency: str = "PEN"
    subtotal: Decimal
    discount_total: Decimal = ZERO
    shipping_total: Decimal = ZERO
    tax_total: Decimal = ZERO
    prices_include_tax: bool = True
    total: Decimal
    credit_total: Decimal = ZERO
    shipping_method_code: str = ""
    shipping_method_name: str = ""
    promised_from: date | None = None
    promised_to: date | None = None
    payment_method_code: str = ""
    payment_method_name: str = ""
    payment_instructions: str = ""
    collects_on_delivery: bool = False
    coupon_code: str = ""
    customer_note: str = ""
    pricing: Mapping[str, Any] = field(default_factory=dict)
    # The end of the term of payment.
    expires_at: datetime | None = None
    # The guest's network address as a fingerprint, see `core.web.throttle`.
    by_guest: bool = False
    placed_from: str = ""

    # Written into tables of their own.
    lines: tuple[NewLine, ...]
    addresses: tuple[NewAddress, ...] = ()
    shipping_discounts: tuple[Reason, ...] = ()

    # Not written: for limits and stock.
    # Collected in a shop: its address is everybody's and says nothing about the buyer.
    is_pickup: bool = False
    # Bought over the counter without a name: the limits of one order hold, no buyer's.
    is_nameless: bool = False
    # The variants of the lines, with their products.
    variants: Mapping[UUID, Variant] = field(default_factory=dict)
    # The cart or draft that holds the units so far.
    holder: UUID | None = None
    # Units to hold by variant; a bundle counts as its parts.
    stock_units: Mapping[UUID, int] = field(default_factory=dict)
    destination: Place | None = None
    # The warehouse that its units should come from: the shop in which it is sold.
    from_warehouse: UUID | None = None

    @property
    def customer_id(self) -> UUID:
        return self.customer.pk

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """One for each promotion and kit, with what it takes off in all."""
        of_lines = (reason for line in self.lines for reason in line.reasons)
        return merge_reasons([*of_lines, *self.shipping_discounts])

    @property
    def quantities(self) -> dict[UUID, int]:
        """Units by variant."""
        found: dict[UUID, int] = {}
        for line in self.lines:
            found[line.variant_id] = found.get(line.variant_id, 0) + line.quantity
        return found
