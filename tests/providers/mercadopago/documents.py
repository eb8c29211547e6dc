"""What Mercado Pago's API answers with: preferences, payments, refunds, chargebacks, errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.providers.server import Refusal

Document = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """A country: its letters in the API, its currency, and where its shoppers pay."""

    code: str
    currency: str
    zone: timedelta
    decimals: int = 2


SITES = {
    "PE": Site("MPE", "PEN", timedelta(hours=-5)),
    "MX": Site("MLM", "MXN", timedelta(hours=-6)),
    "CL": Site("MLC", "CLP", timedelta(hours=-3), decimals=0),
    "CO": Site("MCO", "COP", timedelta(hours=-5), decimals=0),
    "AR": Site("MLA", "ARS", timedelta(hours=-3)),
    "BR": Site("MLB", "BRL", timedelta(hours=-3)),
    "UY": Site("MLU", "UYU", timedelta(hours=-3)),
}
SEARCHED = (
    *("status", "status_detail", "currency_id", "external_reference", "live_mode", "captured"),
    *("date_created", "date_approved", "date_last_updated", "description", "operation_type"),
    *("payment_method_id", "payment_type_id", "transaction_amount", "transaction_amount_refunded"),
    *("installments", "binary_mode", "processing_mode", "metadata"),
)
FEE_PERCENT = Decimal("3.99")


def refusal(status: int, message: str, error: str, code: int = 0) -> Refusal:
    """The error document; payments and refunds say the cause by its number."""
    cause = [{"code": code, "description": message, "data": None}] if code else []
    return Refusal(status, {"message": message, "error": error, "status": status, "cause": cause})


def bad_request(message: str, code: int = 0) -> Refusal:
    return refusal(400, message, "bad_request", code)


def stamp(at: datetime, site: Site) -> str:
    """A time as the API writes it: milliseconds, and the zone of the account's country."""
    local = at.astimezone(UTC) + site.zone
    hours = int(site.zone.total_seconds() // 3600)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03}{hours:+03}:00"


def check_preference(asked: Mapping[str, Any], site: Site) -> None:
    """:raises Refusal: with the sentences of the real one"""
    items = asked.get("items")
    if not (isinstance(items, list) and items):
        raise refusal(400, "items needed", "invalid_items")
    for item in items:
        check_item(item, site)
    if asked.get("auto_return") and not asked.get("back_urls", {}).get("success"):
        message = "auto_return invalid. back_url.success must be defined"
        raise refusal(400, message, "invalid_auto_return")
    for name in ("expiration_date_to", "date_of_expiration"):
        check_time(name, asked.get(name))


def check_item(item: Mapping[str, Any], site: Site) -> None:
    price: Any = item.get("unit_price")
    quantity: Any = item.get("quantity")
    if not item.get("title"):
        raise refusal(400, "title needed", "invalid_items")
    if not is_number(quantity) or quantity < 1:
        raise refusal(400, "quantity invalid", "invalid_items")
    if not is_number(price) or price <= 0 or has_more_decimals(price, site):
        raise refusal(400, "unit_price invalid", "invalid_items")
    if item.get("currency_id", site.currency) != site.currency:
        raise refusal(400, "currency_id invalid", "invalid_items")


def check_time(name: str, value: object) -> None:
    if value is None:
        return
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise refusal(400, f"{name} invalid. Wrong format", f"invalid_{name}")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def has_more_decimals(value: Any, site: Site) -> bool:
    return round(Decimal(str(value)), site.decimals) != Decimal(str(value))


def new_payment(preference: Mapping[str, Any], *, key: int, site: Site, at: str) -> Document:
    """A payment of the preference's whole amount, by a card, not decided yet."""
    items = preference["items"]
    amount = sum(Decimal(str(item["unit_price"])) * item["quantity"] for item in items)
    return {
        "id": key,
        "date_created": at,
        "date_last_updated": at,
        "operation_type": "regular_payment",
        "payment_method_id": "visa",
        "payment_type_id": "credit_card",
        "status": "in_process",
        "status_detail": "pending_contingency",
        "currency_id": site.currency,
        "description": items[0]["title"],
        "live_mode": True,
        "collector_id": preference["collector_id"],
        "payer": {"id": "987654321", "email": preference.get("payer", {}).get("email", "")},
        "metadata": preference.get("metadata", {}),
        "external_reference": preference.get("external_reference", ""),
        "transaction_amount": float(amount),
        "transaction_amount_refunded": 0,
        "captured": False,
        "binary_mode": False,
        "installments": 1,
        "processing_mode": "aggregator",
        "card": {"first_six_digits": "424242", "last_four_digits": "4242"},
        "fee_details": [],
        "order": {"id": key + 7_000_000, "type": "mercadopago"},
        "refunds": [],
    }


def fee_of(amount: Decimal) -> list[Document]:
    fee = round(amount * FEE_PERCENT / 100, 2)
    return [{"type": "mercadopago_fee", "amount": float(fee), "fee_payer": "collector"}]


def found_payment(payment: Mapping[str, Any]) -> Document:
    """A payment as the search lists it: fewer fields, and its numbers as text."""
    listed = {name: payment[name] for name in SEARCHED if name in payment}
    return listed | {"id": str(payment["id"]), "collector_id": str(payment["collector_id"])}


def new_refund(key: int, payment_id: int, amount: Decimal, *, status: str, at: str) -> Document:
    return {
        "id": key,
        "payment_id": payment_id,
        "amount": float(amount),
        "metadata": {},
        "source": {"id": "1", "name": "The shop", "type": "collector"},
        "date_created": at,
        "refund_mode": "standard",
        "adjustment_amount": 0,
        "status": status,
        "reason": "",
    }


def new_chargeback(key: str, payment: Mapping[str, Any], *, at: str, deadline: str) -> Document:
    return {
        "id": key,
        "payments": [payment["id"]],
        "currency": payment["currency_id"],
        "amount": payment["transaction_amount"],
        "reason": "fraud",
        "coverage_applied": None,
        "coverage_elegible": True,
        "documentation_required": True,
        "documentation_status": "pending",
        "documentation": [],
        "date_documentation_deadline": deadline,
        "date_created": at,
        "date_last_updated": at,
        "live_mode": payment["live_mode"],
    }
