"""Stripe's documents as its API writes them: amounts in minor units, times in seconds."""

import re
import secrets
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl

from tests.providers.server import Refusal

Document = dict[str, Any]
VERSION = "2026-10-28.endive"
NOBODY: Document = {
    "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
    "email": None,
    "name": None,
    "phone": None,
}


def new_id(prefix: str) -> str:
    return prefix + secrets.token_hex(12)


def list_of(rows: Iterable[Document], url: str, *, has_more: bool = False) -> Document:
    return {"object": "list", "data": list(rows), "has_more": has_more, "url": url}


def refusal(
    message: str, *, status: int = 400, code: str = "", param: str = "", kind: str = ""
) -> Refusal:
    error = {"message": message, "type": kind or "invalid_request_error"}
    if code:
        error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code}"}
    if param:
        error["param"] = param
    return Refusal(status, {"error": error})


def read_form(body: str) -> Document:
    """`a[b][0]=c` as nested objects and lists; every value stays a text."""
    root: Document = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        *path, last = [name.split("[", 1)[0], *re.findall(r"\[([^\]]*)\]", name)]
        where = root
        for part in path:
            where = where.setdefault(part, {})
        where[last or str(len(where))] = value
    found: Document = _with_lists(root)
    return found


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(each) for key, each in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def session(asked: Mapping[str, Any], *, amount: int, currency: str, created: int) -> Document:
    email = asked.get("customer_email")
    nothing = (
        *("allow_promotion_codes", "billing_address_collection", "client_secret", "consent"),
        *("consent_collection", "currency_conversion", "customer", "customer_account"),
        *("customer_creation", "collected_information", "discounts", "integration_identifier"),
        *("invoice", "origin_context", "payment_intent", "payment_link", "permissions"),
        *("payment_method_collection", "payment_method_configuration_details"),
        *("recovered_from", "saved_payment_method_options", "setup_intent", "submit_type"),
        *("shipping_address_collection", "shipping_cost", "subscription", "wallet_options"),
        *("after_expiration", "managed_payments"),
    )
    tax = {"enabled": False, "liability": None, "provider": None, "status": None}
    texts = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return dict.fromkeys(nothing) | {
        "id": new_id("cs_test_"),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": asked["adaptive_pricing"]["enabled"] == "true"},
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": tax,
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "created": created,
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(texts),
        "customer_details": {**NOBODY, "email": email} if email else None,
        "customer_email": email,
        "expires_at": int(asked.get("expires_at") or created + 24 * 3600),
        "invoice_creation": {"enabled": False, "invoice_data": _invoice()},
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "success_url": asked["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": None,
    }


def _invoice() -> Document:
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer")
    return dict.fromkeys(names) | {"metadata": {}, "rendering_options": None}


def intent(session: Document, *, metadata: Document, created: int) -> Document:
    nothing = (
        *("application", "application_fee_amount", "automatic_payment_methods", "canceled_at"),
        *("cancellation_reason", "customer", "customer_account", "description", "next_action"),
        *("excluded_payment_method_types", "last_payment_error", "latest_charge", "processing"),
        *("managed_payments", "on_behalf_of", "payment_method", "receipt_email", "review"),
        *("payment_method_configuration_details", "setup_future_usage", "shipping", "source"),
        *("statement_descriptor", "statement_descriptor_suffix", "transfer_data"),
        "transfer_group",
    )
    key = new_id("pi_")
    return dict.fromkeys(nothing) | {
        "id": key,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic",
        "client_secret": f"{key}_secret_{secrets.token_hex(8)}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": session["currency"],
        "livemode": session["livemode"],
        "metadata": metadata,
        "payment_method_options": {},
        "payment_method_types": session["payment_method_types"],
        "status": "requires_payment_method",
    }


def charge(intent: Document, *, created: int) -> Document:
    """One that is neither paid nor captured yet."""
    nothing = (
        *("application", "application_fee", "application_fee_amount", "balance_transaction"),
        *("calculated_statement_descriptor", "customer", "description"),
        *("failure_balance_transaction", "failure_code", "failure_message", "on_behalf_of"),
        *("outcome", "receipt_email", "receipt_number", "receipt_url", "review", "shipping"),
        *("source", "source_transfer", "statement_descriptor", "statement_descriptor_suffix"),
        *("transfer_data", "transfer_group"),
    )
    is_card = intent["payment_method_types"] == ["card"]
    return dict.fromkeys(nothing) | {
        "id": new_id("ch_" if is_card else "py_"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": {**NOBODY, "tax_id": None},
        "captured": False,
        "created": created,
        "currency": intent["currency"],
        "disputed": False,
        "fraud_details": {},
        "livemode": intent["livemode"],
        "metadata": intent["metadata"],
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm_"),
        "payment_method_details": _card()
        if is_card
        else {"type": "oxxo", "oxxo": {"number": None}},
        "refunded": False,
        "status": "pending",
    }


def _card() -> Document:
    checks = ("address_line1_check", "address_postal_code_check", "cvc_check")
    secure = ("authentication_flow", "result", "result_reason", "version")
    card = {
        "amount_authorized": None,
        "authorization_code": None,
        "brand": "visa",
        "checks": dict.fromkeys(checks),
        "country": "PE",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "Xt5EWLLDS7FJjR1c",
        "funding": "credit",
        "installments": None,
        "last4": "4242",
        "mandate": None,
        "network": "visa",
        "three_d_secure": dict.fromkeys(secure),
        "wallet": None,
    }
    return {"type": "card", "card": card}


def refund(charge: Document, *, amount: int, asked: Mapping[str, Any], created: int) -> Document:
    nothing = (
        *("balance_transaction", "customer", "customer_account", "receipt_number"),
        *("source_transfer_reversal", "transfer_reversal"),
    )
    return dict.fromkeys(nothing) | {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": asked.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": asked.get("reason"),
        "status": "succeeded",
    }


def dispute(charge: Document, *, amount: int, status: str, created: int) -> Document:
    evidence = (
        *("access_activity_log", "billing_address", "cancellation_policy", "service_date"),
        *("cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication"),
        *("customer_email_address", "customer_name", "customer_purchase_ip", "receipt"),
        *("customer_signature", "duplicate_charge_documentation", "duplicate_charge_id"),
        *("duplicate_charge_explanation", "product_description", "refund_policy"),
        *("refund_policy_disclosure", "refund_refusal_explanation", "service_documentation"),
        *("shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation"),
        *("shipping_tracking_number", "uncategorized_file", "uncategorized_text"),
    )
    until = {"due_by": created + 7 * 24 * 3600, "enhanced_eligibility": {}}
    counts = {"has_evidence": False, "past_due": False, "submission_count": 0}
    case = {"brand": "visa", "case_type": "chargeback", "network": "visa"}
    return {
        "id": new_id("dp_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(evidence) | {"enhanced_evidence": {}},
        "evidence_details": until | counts,
        "is_charge_refundable": False,
        "livemode": charge["livemode"],
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {**case, "network_reason_code": "10.4"},
        },
        "reason": "fraudulent",
        "status": status,
    }


def balance_transaction(
    source: Document, *, amount: int, fee: int, category: str, created: int
) -> Document:
    """What a fact did to the shop's balance; `amount` is negative where money left it."""
    kinds = {"dispute": "adjustment", "dispute_reversal": "adjustment"}
    currency = source["currency"]
    detail = {"amount": fee, "application": None, "currency": currency, "type": "stripe_fee"}
    return {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created + 2 * 24 * 3600,
        "balance_type": "payments",
        "created": created,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{**detail, "description": "Stripe processing fees"}] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "pending",
        "type": kinds.get(category, category),
    }


def event(kind: str, about: Document, *, created: int, livemode: bool) -> Document:
    return {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": VERSION,
        "created": created,
        "data": {"object": deepcopy(about)},
        "livemode": livemode,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
