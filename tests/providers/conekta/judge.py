"""Conekta's own description of its API as a judge of both directions, and of its events."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tests.providers import contracts
from tests.providers.conekta.documents import TYPE
from tests.providers.openapi import Contract, Schema
from tests.providers.server import Exchange

FOLDER = contracts.FOLDER / "conekta"
PAGE = "/checkout/"
OBJECTS = {
    "order": "order_response",
    "charge": "charge_response",
    "chargeback": "chargeback_response",
}


def faults_of(exchanges: Iterable[Exchange]) -> list[str]:
    """Whatever was said on either side that the contract does not know."""
    said = [each for each in exchanges if not each.request.path.startswith(PAGE)]
    return [fault for each in said for fault in (*asked_faults(each), *answered_faults(each))]


def asked_faults(exchange: Exchange) -> list[str]:
    request = exchange.request
    where = f"{request.method} {request.path}"
    known = contract().queried(request.method, request.path)
    found = [f"{where}: {name} is unknown" for name in request.query if name not in known]
    for name in request.query.keys() & known.keys():
        value = request.query[name][0]
        typed = int(value) if known[name]["type"] == "integer" and value.isdecimal() else value
        found += contract().faults(known[name], typed)
    if not request.body:
        return found
    return found + body_faults(request.method, request.path, json.loads(request.body))


def body_faults(method: str, path: str, body: Any) -> list[str]:
    schema = contract().asked(method, path, "application/json")
    if schema is None:
        return [f"{method} {path} takes no body"]
    return contract().faults(_closed(schema), body)


def answered_faults(exchange: Exchange) -> list[str]:
    request, answer = exchange.request, exchange.answer
    schema = contract().answered(request.method, request.path, answer.status, TYPE)
    if schema is None:
        return [f"{request.method} {request.path}: {answer.status} is not documented"]
    return contract().faults(schema, json.loads(answer.body))


def event_faults(event: Any) -> list[str]:
    """An event, and the document in it."""
    inner = event["data"].get("object")
    found = contract().faults(contract().component("event_response"), event)
    if inner:
        found += document_faults(inner)
    return found


def document_faults(document: Any) -> list[str]:
    return contract().faults(contract().component(OBJECTS[document["object"]]), document)


@lru_cache
def contract() -> Contract:
    return Contract(FOLDER / "api.json", _by_name)


def _by_name(schema: Schema) -> Schema:
    """Of several kinds the one that the document names: others would fit as well."""
    if "discriminator" not in schema:
        return schema
    field, kinds = (schema["discriminator"][name] for name in ("propertyName", "mapping"))
    choices = [
        {
            "allOf": [
                {"required": [field], "properties": {field: {"enum": [name]}}},
                {"$ref": f"#/components/schemas/{kind.rpartition('/')[2]}"},
            ]
        }
        for name, kind in kinds.items()
    ]
    return {"oneOf": choices}


def _closed(schema: Any) -> Any:
    """With its references in place, and without room for what is not named: a misspelling."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found: Schema = {name: _closed(each) for name, each in contract().resolved(schema).items()}
    if isinstance(found.get("properties"), dict):
        found.setdefault("additionalProperties", False)
    return found
