"""What an order is made of, before it is one: plain values that checkout hands to `create`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.ids import uuid7
from core.money import ZERO


@dataclass(frozen=True, kw_only=True)
class NewDiscount:
    """One reason why something costs less."""

    reason: str
    amount: Decimal
    promotion_id: UUID | None = None
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """A line with the figures of the pricer and the words of the catalogue."""

    variant_id: UUID
    seller_id: UUID
    name: str
    sku: str
    options: dict[str, str] = field(default_factory=dict)
    kit: str = ""
    warranty_months: int = 0
    quantity: int
    list_price: Decimal
    unit_price: Decimal
    discount: Decimal = ZERO
    tax_rate: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal
    unit_allocations: list[dict[str, str]] = field(default_factory=list)
    discounts: tuple[NewDiscount, ...] = ()


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
    """Everything that `services.create` writes. `expires_at` ends the term of payment."""

    id: UUID = field(default_factory=uuid7)
    placed_at: datetime = field(default_factory=timezone.now)
    customer_id: UUID
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
    pricing: dict[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None
    lines: tuple[NewLine, ...]
    addresses: tuple[NewAddress, ...] = ()
    shipping_discounts: tuple[NewDiscount, ...] = ()
    # Fetched in a shop: its address is everybody's, and tells nothing of the buyer.
    is_pickup: bool = False
    # Nobody was signed in, and from where: a fingerprint, see `core.web.throttle`.
    by_guest: bool = False
    placed_from: str = ""
