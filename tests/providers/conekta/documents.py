"""What Conekta's API answers with: orders, charges, refunds, chargebacks, events, errors."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from tests.providers.server import Answer, Refusal, as_json

Document = dict[str, Any]

TYPE = "application/vnd.conekta-v2.3.0+json"
CURRENCIES = ("MXN", "USD")
WAYS = {"card", "cash", "bank_transfer"}
MIN_NAME_LENGTH = 3
MAX_PRICE = 2**31 - 1
MIN_CHECKOUT, MAX_CHECKOUT = 5 * 60, 365 * 24 * 3600
REASONS = {
    *("requested_by_client", "cannot_be_fulfilled", "duplicated_transaction"),
    *("suspected_fraud", "other"),
}
# Errors by their status: the type in the document.
KINDS = {
    401: "authentication_error",
    404: "resource_not_found_error",
    405: "resource_not_found_error",
    422: "parameter_validation_error",
    428: "precondition_required_error",
}


def spoken(document: Document, status: int = 200) -> Answer:
    """As the API says it."""
    answer = as_json(document, status)
    return Answer(answer.status, answer.body, {"Content-Type": TYPE})


def refusal(message: str, *, status: int = 422, param: str = "", code: str = "") -> Refusal:
    kind = KINDS[status]
    detail = {
        "message": message,
        "debug_message": message,
        "code": f"conekta.errors.{code or kind.removesuffix('_error')}",
    }
    if param:
        detail["param"] = param
    found = {"details": [detail], "log_id": new_id(""), "object": "error", "type": kind}
    refused = Refusal(status, found)
    refused.answer = spoken(found, status)
    return refused


def not_found(what: str, key: str) -> Refusal:
    return refusal(f'The object {what} "{key}" could not be found.', status=404)


def new_id(prefix: str) -> str:
    """`ord_2…`; without a prefix as charges, refunds and events have them."""
    return f"{prefix}_2{uuid4().hex[:16]}" if prefix else uuid4().hex[:24]


def list_of(rows: list[Document]) -> Document:
    return {"object": "list", "has_more": False, "total": len(rows), "data": rows}


def check_order(asked: Mapping[str, Any], now: int) -> None:
    """:raises Refusal: for what the real one refuses"""
    if asked.get("currency") not in CURRENCIES:
        raise refusal("The currency is not supported.", param="currency")
    customer = asked.get("customer_info") or {}
    for name in ("name", "email", "phone"):
        if not (isinstance(customer.get(name), str) and customer[name].strip()):
            raise refusal(f"The {name} is missing.", param=f"customer_info.{name}")
    if "@" not in customer["email"]:
        raise refusal("The email is invalid.", param="customer_info.email")
    if sum(each.isdecimal() for each in customer["phone"]) < len("5555555555"):
        raise refusal("The phone is invalid.", param="customer_info.phone")
    items = asked.get("line_items")
    if not (isinstance(items, list) and items):
        raise refusal("There has to be an item.", param="line_items")
    for item in items:
        _check_item(item)
    _check_checkout(asked.get("checkout") or {}, now)


def _check_item(item: Mapping[str, Any]) -> None:
    if not isinstance(item.get("name"), str) or len(item["name"]) < MIN_NAME_LENGTH:
        raise refusal("The name is too short.", param="line_items.name")
    if not is_whole(item.get("unit_price")) or not 0 <= item["unit_price"] <= MAX_PRICE:
        raise refusal("The price is invalid.", param="line_items.unit_price")
    if not is_whole(item.get("quantity")) or item["quantity"] < 1:
        raise refusal("The quantity is invalid.", param="line_items.quantity")


def _check_checkout(checkout: Mapping[str, Any], now: int) -> None:
    if checkout.get("type") != "HostedPayment":
        raise refusal("The type is invalid.", param="checkout.type")
    ways = checkout.get("allowed_payment_methods")
    if not (isinstance(ways, list) and ways and set(ways) <= WAYS):
        raise refusal("The methods are invalid.", param="checkout.allowed_payment_methods")
    until = checkout.get("expires_at", now + MAX_CHECKOUT)
    if not is_whole(until) or not MIN_CHECKOUT <= until - now <= MAX_CHECKOUT:
        raise refusal("The expiry is out of range.", param="checkout.expires_at")


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def new_order(asked: Mapping[str, Any], *, at: int, livemode: bool, base: str) -> Document:
    """Of what was asked for, which has been checked. No word on payment until somebody tries."""
    key, checkout = new_id("ord"), str(uuid4())
    items = [
        {"id": new_id("line_item"), "object": "line_item", "parent_id": key}
        | {"metadata": {}, "antifraud_info": {}}
        | item
        for item in asked["line_items"]
    ]
    return {
        "livemode": livemode,
        "amount": sum(item["unit_price"] * item["quantity"] for item in items),
        "currency": asked["currency"],
        "amount_refunded": 0,
        "customer_info": {"corporate": False, "object": "customer_info"} | asked["customer_info"],
        "channel": {
            "segment": "Checkout",
            "checkout_request_id": checkout,
            "checkout_request_type": "HostedPayment",
            "id": new_id("channel"),
        },
        "checkout": _new_checkout(checkout, asked["checkout"], at, livemode=livemode, base=base),
        "object": "order",
        "id": key,
        "metadata": asked.get("metadata", {}),
        "is_refundable": False,
        "created_at": at,
        "updated_at": at,
        "line_items": list_of(items),
    }


def _new_checkout(
    key: str, asked: Mapping[str, Any], at: int, *, livemode: bool, base: str
) -> Document:
    slug = key.replace("-", "")
    return {
        "id": key,
        "name": f"ord-{slug[:17]}",
        "livemode": livemode,
        "emails_sent": 0,
        "sms_sent": 0,
        "paid_payments_count": 0,
        "status": "Issued",
        "recurrent": False,
        "starts_at": at,
        "expires_at": at + 3 * 24 * 3600,
        "exclude_card_networks": [],
        "needs_shipping_contact": False,
        "monthly_installments_enabled": False,
        "monthly_installments_options": [],
        "force_3ds_flow": False,
        "can_not_expire": False,
        "is_redirect_on_failure": True,
        "metadata": {},
        "object": "checkout",
        "slug": slug,
        "url": f"{base}/checkout/{slug}",
        **asked,
    }


def new_charge(order: Mapping[str, Any], *, at: int, method: Document) -> Document:
    """Of the whole order, not decided yet."""
    return {
        "id": new_id(""),
        "livemode": order["livemode"],
        "created_at": at,
        "currency": order["currency"],
        "channel": order["channel"],
        "payment_method": method,
        "object": "charge",
        "description": "Payment from order",
        "status": "pending_payment",
        "amount": order["amount"],
        "fee": fee_of(order["amount"]),
        "customer_id": "",
        "order_id": order["id"],
    }


def card() -> Document:
    return {
        "name": "Ana Pérez",
        "exp_month": "12",
        "exp_year": "30",
        "auth_code": "867372",
        "object": "card_payment",
        "type": "credit",
        "last4": "4242",
        "brand": "visa",
        "issuer": "BANAMEX",
        "account_type": "Credit",
        "country": "MX",
        "fraud_indicators": [],
    }


def cash(until: int) -> Document:
    return {
        "service_name": "OxxoPay",
        "barcode_url": "https://barcodes.conekta.com/93000262276908.png",
        "object": "cash_payment",
        "type": "oxxo",
        "expires_at": until,
        "store_name": "OXXO",
        "reference": "93000262276908",
    }


def bank_transfer(until: int) -> Document:
    return {
        "clabe": "646180111805034237",
        "bank": "STP",
        "receiving_account_number": "646180111805034237",
        "receiving_account_bank": "STP",
        "payment_attempts": [],
        "object": "bank_transfer_payment",
        "type": "spei",
        "expires_at": until,
    }


def fee_of(amount: int) -> int:
    """2.9 % and 2.50, and the tax on it."""
    return round((amount * 0.029 + 250) * 1.16)


def new_refund(amount: int, *, at: int, waits: bool) -> Document:
    made = {
        "object": "refund",
        "amount": -amount,
        "id": new_id(""),
        "created_at": at,
        "auth_code": "867372",
    }
    return made | ({"status": "pending"} if waits else {})


def new_chargeback(charge: Mapping[str, Any], *, at: int) -> Document:
    return {
        "id": new_id("chbk"),
        "status": "action_required",
        "reason": "unrecognized",
        "note": None,
        "files": [],
        "object": "chargeback",
        "charge_id": charge["id"],
        "created_at": at,
        "evidence_due_by": at + 3 * 24 * 3600,
    }


def new_event(kind: str, about: Document, *, at: int, livemode: bool) -> Document:
    return {
        "data": {"object": about, "previous_attributes": {}},
        "livemode": livemode,
        "webhook_status": "pending",
        "webhook_logs": [],
        "id": new_id(""),
        "object": "event",
        "type": kind,
        "created_at": at,
    }
