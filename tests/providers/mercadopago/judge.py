"""
Mercado Pago's contract as its own types tell it, made into JSON Schemas, for both directions.

There is no official one for chargebacks and for the account: their exchanges pass unseen.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema import Draft7Validator

from tests.providers import contracts
from tests.providers.server import Exchange

FOLDER = contracts.FOLDER / "mercadopago"


@dataclass(frozen=True)
class Operation:
    """`is_change` lets a request leave out what does not change."""

    method: str
    path: str
    asked: str = ""
    answered: str = ""
    is_change: bool = False


OPERATIONS = (
    Operation("POST", r"/checkout/preferences", "preference_request", "preference_response"),
    Operation("GET", r"/checkout/preferences/[\w-]+", answered="preference_response"),
    Operation(
        "PUT",
        r"/checkout/preferences/[\w-]+",
        "preference_request",
        "preference_response",
        is_change=True,
    ),
    Operation("GET", r"/v1/payments/search", answered="payment_search"),
    Operation("GET", r"/v1/payments/\d+", answered="payment_response"),
    Operation("PUT", r"/v1/payments/\d+", answered="payment_response"),
    Operation("POST", r"/v1/payments/\d+/refunds", "refund_request", "refund_response"),
    Operation("GET", r"/v1/chargebacks/(search|\d+)"),
    Operation("GET", r"/users/me"),
)
PAGE = "/checkout/v1/redirect"


def faults_of(exchanges: Iterable[Exchange]) -> list[str]:
    """Whatever was said on either side that the contract does not know."""
    said = [each for each in exchanges if each.request.path != PAGE]
    return [fault for each in said for fault in (*asked_faults(each), *answered_faults(each))]


def asked_faults(exchange: Exchange) -> list[str]:
    request = exchange.request
    known = operation(request.method, request.path)
    if known is None:
        return [f"{request.method} {request.path} does not exist"]
    if request.method == "GET":
        return [f"{request.path}: a body"] if request.body else []
    if not known.asked:
        return []
    schema = "change" if known.is_change else ""
    return faults(known.asked, json.loads(request.body), schema)


def answered_faults(exchange: Exchange) -> list[str]:
    known = operation(exchange.request.method, exchange.request.path)
    answer = json.loads(exchange.answer.body)
    if exchange.answer.status >= 400:
        missing = {"message", "error", "status"} - answer.keys()
        return [f"The error lacks {name}" for name in sorted(missing)]
    if known is None or not known.answered:
        return []
    return faults(known.answered, answer)


def faults(name: str, document: Any, variant: str = "") -> list[str]:
    found = _validator(name, variant).iter_errors(document)
    return [f"{name} {'/'.join(map(str, each.absolute_path))}: {each.message}" for each in found]


def operation(method: str, path: str) -> Operation | None:
    """What the contract says of such a request."""
    fitting = (each for each in OPERATIONS if each.method == method)
    return next((each for each in fitting if re.fullmatch(each.path, path)), None)


@lru_cache
def _validator(name: str, variant: str) -> Draft7Validator:
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text())
    if variant:
        schema["definitions"][schema["$ref"].rpartition("/")[2]]["required"] = []
    return Draft7Validator(_as_sent(schema))


def _as_sent(schema: Any) -> Any:
    """Without what the official library adds to each answer by itself."""
    if isinstance(schema, list):
        return [_as_sent(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {name: _as_sent(value) for name, value in schema.items()}
    if isinstance(found.get("required"), list):
        found["required"] = [name for name in found["required"] if name != "api_response"]
    return found
