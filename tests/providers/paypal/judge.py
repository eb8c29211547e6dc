"""
PayPal's own descriptions of its APIs as a judge of both directions, and of its events.

They leave every object open: a name that they do not know anywhere is refused all the same. Of
tokens, certificates and the page to approve on they say nothing.
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from tests.providers import contracts
from tests.providers.openapi import Contract, Schema
from tests.providers.server import Exchange

FOLDER = contracts.FOLDER / "paypal"
KIND = "application/json"
CONTRACTS = {
    "/v2/checkout/": "checkout_orders_v2",
    "/v2/payments/": "payments_payment_v2",
    "/v1/notifications/": "notifications_webhooks_v1",
    "/v1/customer/": "customer_disputes_v1",
    "/v1/reporting/": "reporting_transactions_v1",
}
UNTOLD = ("/v1/oauth2/token", "/v1/notifications/certs/", "/checkoutnow")
RESOURCES = {
    "checkout-order": ("/v2/checkout/orders/{id}", "checkout_orders_v2"),
    "capture": ("/v2/payments/captures/{id}", "payments_payment_v2"),
    "refund": ("/v2/payments/refunds/{id}", "payments_payment_v2"),
    "dispute": ("/v1/customer/disputes/{id}", "customer_disputes_v1"),
}
# What is spoken today and the description of early 2024 does not know.
NEWER = {"related_ids", "experience_context"}
MAX_KEY_LENGTH = 108


def faults_of(exchanges: Iterable[Exchange]) -> list[str]:
    """Whatever was said on either side that the contract does not know."""
    said = [each for each in exchanges if not each.request.path.startswith(UNTOLD)]
    return [fault for each in said for fault in (*asked_faults(each), *answered_faults(each))]


def asked_faults(exchange: Exchange) -> list[str]:
    request = exchange.request
    if request.path.startswith(UNTOLD):
        return []
    known = contract_of(request.path).queried(request.method, request.path)
    found = [f"{request.path}: {name} is unknown" for name in request.query if name not in known]
    for name in request.query.keys() & known.keys():
        found += _value_faults(request.path, known[name], request.query[name][0])
    if len(request.header("PayPal-Request-Id")) > MAX_KEY_LENGTH:
        found.append("The key is too long")
    if request.method == "GET":
        return [*found, *(["A GET with a body"] if request.body else [])]
    return found + body_faults(request.method, request.path, json.loads(request.body))


def body_faults(method: str, path: str, body: Any) -> list[str]:
    contract = contract_of(path)
    schema = contract.asked(method, path, KIND)
    if schema is None:
        return [f"{method} {path} does not exist"]
    return document_faults(contract, schema, body)


def answered_faults(exchange: Exchange) -> list[str]:
    request, answer = exchange.request, exchange.answer
    contract = contract_of(request.path)
    schema = contract.answered(request.method, request.path, answer.status)
    if schema is None:
        return [f"{request.method} {request.path}: {answer.status} is not documented"]
    return document_faults(contract, schema, json.loads(answer.body))


def event_faults(event: Any) -> list[str]:
    """An event, and the document in it."""
    notices = contract_named("notifications_webhooks_v1")
    path, name = RESOURCES[event["resource_type"]]
    contract = contract_named(name)
    schema = contract.answered("GET", path, 200) or {}
    plain = event | {"resource": {}}
    found = document_faults(notices, notices.component("event"), plain)
    return found + document_faults(contract, schema, event["resource"])


def document_faults(contract: Contract, schema: Schema, document: Any) -> list[str]:
    return [*contract.faults(schema, document), *_unknown(contract, [schema], document)]


def _value_faults(path: str, schema: Schema, text: str) -> list[str]:
    kind = schema.get("type")
    value = int(text) if kind == "integer" and text.isdecimal() else text
    return contract_of(path).faults(schema, value)


def _unknown(contract: Contract, schemas: list[Schema], document: Any) -> list[str]:
    """Names that none of the schemas has, at any depth."""
    parts = [part for schema in schemas for part in _parts(contract, schema)]
    if isinstance(document, list):
        items = [part["items"] for part in parts if "items" in part]
        return [fault for each in document for fault in _unknown(contract, items, each)]
    if not isinstance(document, dict):
        return []
    found: list[str] = []
    for name, value in document.items():
        inner = [part["properties"][name] for part in parts if name in part.get("properties", {})]
        if inner:
            found += _unknown(contract, inner, value)
        elif name not in NEWER and any("properties" in part for part in parts):
            found.append(f"{name} is unknown")
    return found


def _parts(contract: Contract, schema: Schema) -> Iterator[Schema]:
    schema = contract.resolved(schema)
    yield schema
    for way in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(way, ()):
            yield from _parts(contract, part)


def contract_of(path: str) -> Contract:
    return contract_named(next(name for begin, name in CONTRACTS.items() if path.startswith(begin)))


@lru_cache
def contract_named(name: str) -> Contract:
    return Contract(FOLDER / f"{name}.json")
