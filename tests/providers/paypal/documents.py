"""PayPal's documents as its API writes them: amounts as text, times in UTC, links to go on with."""

import secrets
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.providers.server import Refusal

Document = dict[str, Any]
# Of the list of transactions: a payment, and a chargeback that is taken back.
INCOMING = ("T0006", "T1202")
WHOLE_CURRENCIES = frozenset({"HUF", "JPY", "TWD"})
CURRENCIES = WHOLE_CURRENCIES | {
    *("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "MYR"),
    *("NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "USD"),
}
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MERCHANT: Document = {"email_address": "shop@example.com", "merchant_id": "7XV4ABQ8CL2KE"}
SHOPPER: Document = {
    "email_address": "ana@example.com",
    "payer_id": "QYR5Z8XDVJNXQ",
    "name": {"given_name": "Ana", "surname": "Quispe"},
    "address": {"country_code": "PE"},
}
NAMES = {
    400: (
        "INVALID_REQUEST",
        "Request is not well-formed, syntactically incorrect, or violates schema.",
    ),
    401: (
        "AUTHENTICATION_FAILURE",
        (
            "Authentication failed due to missing authorization header, or invalid "
            "authentication credentials."
        ),
    ),
    403: ("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    415: (
        "UNSUPPORTED_MEDIA_TYPE",
        "The server does not support the request payload's media type.",
    ),
    422: (
        "UNPROCESSABLE_ENTITY",
        (
            "The requested action could not be performed, semantically incorrect, or failed "
            "business validation."
        ),
    ),
}
ISSUES = {
    "AMOUNT_MISMATCH": "Should equal item_total + tax_total + shipping + handling + insurance - "
    "shipping_discount - discount.",
    "CAPTURE_FULLY_REFUNDED": "The capture has already been fully refunded",
    "DECIMAL_PRECISION": "If the currency supports decimals, only two decimal place precision is "
    "supported.",
    "DECIMALS_NOT_SUPPORTED": "Currency does not support decimals. Please refer to "
    "https://developer.paypal.com/docs/api/reference/currency-codes/ for more information.",
    "DUPLICATE_INVOICE_ID": "Duplicate Invoice ID detected. To avoid a potential duplicate "
    "transaction your account setting requires that Invoice Id be unique for each transaction.",
    "INSTRUMENT_DECLINED": "The instrument presented  was either declined by the processor or "
    "bank, or it can't be used for this payment.",
    "INVALID_CURRENCY_CODE": "Currency code is invalid or is not currently supported. Please "
    "refer https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported "
    "currency codes.",
    "INVALID_RESOURCE_ID": "Specified resource ID does not exist. Please check the resource ID "
    "and try again.",
    "ITEM_TOTAL_MISMATCH": "Should equal sum of (unit_amount * quantity) across all items for a "
    "given purchase_unit.",
    "ORDER_ALREADY_CAPTURED": "Order already captured.If 'intent=CAPTURE' only one capture per "
    "order is allowed.",
    "ORDER_NOT_APPROVED": "Payer has not yet approved the Order for payment. Please redirect the "
    "payer to the 'rel':'approve' url returned as part of the HATEOAS links within the Create "
    "Order call or provide a valid `payment_source` in the request.",
    "PERMISSION_DENIED": "You do not have permission to access or perform operations on this "
    "resource.",
    "PENDING_CAPTURE": "Cannot initiate a refund as the capture is pending. Capture is typically "
    "pending when the payer has funded the transaction using e-check/bank funded.",
    "REFUND_AMOUNT_EXCEEDED": "The refund amount must be less than or equal to the capture amount "
    "that has not yet been refunded.",
    "REFUND_CAPTURE_CURRENCY_MISMATCH": "Refund must be in the same currency as the capture",
}


def new_id(length: int = 17) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def money(value: Decimal, currency: str) -> Document:
    text = f"{value:.0f}" if currency in WHOLE_CURRENCIES else f"{value:.2f}"
    return {"currency_code": currency, "value": text}


def link(href: str, rel: str, method: str = "GET") -> Document:
    return {"href": href, "rel": rel, "method": method}


def refusal(issue: str, *, status: int = 422, field: str = "") -> Refusal:
    name, message = NAMES[status]
    detail: Document = {"issue": issue, "description": ISSUES.get(issue, message)}
    if field:
        detail |= {"field": field, "location": "body"}
    help_url = f"https://developer.paypal.com/docs/api/orders/v2/#error-{issue}"
    document: Document = {"name": name, "message": message, "debug_id": secrets.token_hex(7)}
    if status != 401:
        document["details"] = [detail]
    document |= {"links": [link(help_url, "information_link")]}
    return Refusal(status, document)


def order(asked: Mapping[str, Any], *, at: float) -> Document:
    """What has been asked for, until somebody approves it."""
    units = []
    for number, unit in enumerate(asked["purchase_units"]):
        kept = deepcopy(dict(unit))
        kept.setdefault("reference_id", "default" if number == 0 else str(number))
        units.append(kept | {"payee": deepcopy(MERCHANT)})
    return {
        "id": new_id(),
        "intent": asked["intent"],
        "status": "PAYER_ACTION_REQUIRED",
        "payment_source": {"paypal": {}},
        "purchase_units": units,
        "create_time": stamp(at),
    }


def capture(order: Document, *, status: str, reason: str, at: float) -> Document:
    unit = order["purchase_units"][0]
    gross, currency = Decimal(unit["amount"]["value"]), unit["amount"]["currency_code"]
    kept = {name: unit[name] for name in ("custom_id", "invoice_id") if name in unit}
    found: Document = {
        "id": new_id(),
        "status": status,
        "amount": money(gross, currency),
        "final_capture": True,
        "seller_protection": {
            "status": "ELIGIBLE",
            "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
        },
        **kept,
        "create_time": stamp(at),
        "update_time": stamp(at),
    }
    if reason:
        found["status_details"] = {"reason": reason}
    if status == "COMPLETED":
        found["seller_receivable_breakdown"] = breakdown(gross, currency)
    return found


def breakdown(gross: Decimal, currency: str) -> Document:
    unit = Decimal(1) if currency in WHOLE_CURRENCIES else Decimal("0.01")
    fee = (gross * Decimal("0.054") + Decimal("0.30")).quantize(unit)
    return {
        "gross_amount": money(gross, currency),
        "paypal_fee": money(fee, currency),
        "net_amount": money(gross - fee, currency),
    }


def refund(
    capture: Document, amount: Decimal, asked: Mapping[str, Any], *, status: str, at: float
) -> Document:
    sent = money(amount, capture["amount"]["currency_code"])
    kept = {name: asked[name] for name in ("custom_id", "invoice_id") if name in asked}
    found = {
        "id": new_id(),
        "status": status,
        "amount": sent,
        "seller_payable_breakdown": {"gross_amount": sent, "net_amount": sent},
        **kept,
        "create_time": stamp(at),
        "update_time": stamp(at),
    }
    if status == "PENDING":
        found["status_details"] = {"reason": "ECHECK"}
    return found


def dispute(capture: Document, *, reason: str, at: float) -> Document:
    bought = {
        "seller_transaction_id": capture["id"],
        "create_time": capture["create_time"],
        "transaction_status": "COMPLETED",
        "gross_amount": capture["amount"],
        "seller": {"merchant_id": MERCHANT["merchant_id"]},
    }
    for ours, theirs in (("custom_id", "custom"), ("invoice_id", "invoice_number")):
        if ours in capture:
            bought[theirs] = capture[ours]
    return {
        "dispute_id": f"PP-D-{secrets.randbelow(90_000) + 10_000}",
        "create_time": stamp(at),
        "update_time": stamp(at),
        "disputed_transactions": [bought],
        "reason": reason,
        "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_amount": deepcopy(capture["amount"]),
        "dispute_life_cycle_stage": "CHARGEBACK",
        "dispute_channel": "INTERNAL",
        "seller_response_due_date": stamp(at + 10 * 24 * 3600),
    }


def movement(dispute: Document, kind: str, *, at: float) -> Document:
    return {
        "affected_party": "SELLER",
        "amount": deepcopy(dispute["dispute_amount"]),
        "initiated_time": stamp(at),
        "type": kind,
        "reason": "DISPUTE_SETTLEMENT",
    }


def reversal(dispute: Document, *, at: float) -> Document:
    """The transaction by which a dispute takes money, or gives it back."""
    amount = deepcopy(dispute["dispute_amount"])
    times = {"create_time": stamp(at), "update_time": stamp(at)}
    return {"id": new_id(), "status": "COMPLETED", "amount": amount, **times}


def transaction(found: Document, code: str, *, reference: str = "") -> Document:
    """A line of the account's own list of transactions."""
    amount = dict(found["amount"])
    if code not in INCOMING:
        amount["value"] = f"-{amount['value']}"
    info = {
        "paypal_account_id": SHOPPER["payer_id"],
        "transaction_id": found["id"],
        "transaction_event_code": code,
        "transaction_initiation_date": found["create_time"],
        "transaction_updated_date": found["update_time"],
        "transaction_amount": amount,
        "transaction_status": {"COMPLETED": "S", "PENDING": "P"}.get(found["status"], "V"),
        "protection_eligibility": "01",
    }
    if reference:
        info |= {"paypal_reference_id": reference, "paypal_reference_id_type": "TXN"}
    for ours, theirs in (("custom_id", "custom_field"), ("invoice_id", "invoice_id")):
        if ours in found:
            info[theirs] = found[ours]
    return {"transaction_info": info}


def event(kind: str, resource: Document, *, of: str, at: float, url: str) -> Document:
    key = f"WH-{new_id()}-{new_id()}"
    where = f"{url}/v1/notifications/webhooks-events/{key}"
    return {
        "id": key,
        "event_version": "1.0",
        "create_time": stamp(at),
        "resource_type": of,
        "resource_version": "2.0",
        "event_type": kind,
        "summary": f"{kind.replace('.', ' ').capitalize()}.",
        "resource": deepcopy(resource),
        "links": [link(where, "self"), link(f"{where}/resend", "resend", "POST")],
    }
