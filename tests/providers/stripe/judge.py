"""
Stripe's contract from three sides, none of them ours: its OpenAPI description for both directions,
the types that its library declares for requests, its own sample of each document for answers.

The description is older than what is spoken; the types and the samples are of our version.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe.params import (
    DisputeListParams,
    EventListParams,
    PaymentIntentCaptureParams,
    RefundCreateParams,
    RefundListParams,
)
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListParams,
    SessionRetrieveParams,
)
from typing_extensions import is_typeddict

from tests.providers import contracts
from tests.providers.openapi import Contract, Schema
from tests.providers.server import Exchange

FOLDER = contracts.FOLDER / "stripe"
FORM = "application/x-www-form-urlencoded"
REQUESTS = (
    ("POST", r"/v1/checkout/sessions", SessionCreateParams),
    ("GET", r"/v1/checkout/sessions", SessionListParams),
    ("GET", r"/v1/checkout/sessions/\w+", SessionRetrieveParams),
    ("POST", r"/v1/checkout/sessions/\w+/expire", SessionExpireParams),
    ("POST", r"/v1/payment_intents/\w+/capture", PaymentIntentCaptureParams),
    ("POST", r"/v1/refunds", RefundCreateParams),
    ("GET", r"/v1/refunds", RefundListParams),
    ("GET", r"/v1/disputes", DisputeListParams),
    ("GET", r"/v1/events", EventListParams),
)
# What Stripe takes today and the older description does not know.
NEWER = {"adaptive_pricing"}
EXPANDABLE = ("payment_intent", "latest_charge", "charge", "balance_transaction")
# Only where they are asked for, or of ways to pay that nobody here uses.
NOT_ALWAYS = {"charge": {"refunds"}}


def faults_of(exchanges: Iterable[Exchange]) -> list[str]:
    """Whatever was said on either side that Stripe would not know."""
    said = [each for each in exchanges if each.request.path.startswith("/v1/")]
    return [fault for each in said for fault in (*asked_faults(each), *answered_faults(each))]


def asked_faults(exchange: Exchange) -> list[str]:
    request = exchange.request
    body = request.body.decode()
    if request.method == "GET":
        return by_types("GET", request.path, urlencode(request.query, doseq=True))
    return by_types("POST", request.path, body) + by_description(request.path, body)


def answered_faults(exchange: Exchange) -> list[str]:
    request, answer = exchange.request, exchange.answer
    schema = _contract().answered(request.method, request.path, answer.status)
    if schema is None:
        return [f"{request.method} {request.path}: {answer.status} is not documented"]
    return document_faults(json.loads(answer.body), schema)


def document_faults(document: Any, schema: Schema | None = None) -> list[str]:
    """Without a schema: as one of Stripe's own objects."""
    plain, inner = _folded(document)
    wanted = schema or _contract().component(plain["object"])
    found = [*_contract().faults(wanted, plain), *by_samples(plain)]
    return found + [fault for each in inner for fault in document_faults(each)]


def by_types(method: str, path: str, form: str) -> list[str]:
    """Names and types at any depth; not whether a text is one that is known."""
    for known, pattern, params in REQUESTS:
        if known == method and re.fullmatch(pattern, path):
            try:
                _adapter(params).validate_python(read_form(form))
            except ValidationError as error:
                return [f"{each['loc']}: {each['msg']}" for each in error.errors()]
            return []
    return [f"{method} {path} does not exist"]


def by_description(path: str, form: str) -> list[str]:
    schema = _contract().asked("POST", path, FORM)
    if schema is None:
        return [f"POST {path} does not exist"]
    asked = {name: value for name, value in read_form(form).items() if name not in NEWER}
    closed = _closed(schema)
    return _contract().faults(closed, _typed(closed, asked))


def by_samples(document: Any) -> list[str]:
    """Each object has every field of Stripe's own sample, of the same kind or null."""
    return [
        f"{each['object']}: {name} is missing or of another kind"
        for each in _objects(document)
        for name, sample in samples().get(each["object"], {}).items()
        if name not in NOT_ALWAYS.get(each["object"], ())
        and (name not in each or not _is_alike(each[name], sample))
    ]


def read_form(form: str) -> dict[str, Any]:
    """`a[b][0]=c` as nested objects and lists of texts."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        where = root
        *path, last = re.split(r"\]\[|\[", name.removesuffix("]"))
        for part in path:
            where = where.setdefault(part, {})
        where[last] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    return list(inner.values()) if inner and all(map(str.isdecimal, inner)) else inner


def _folded(document: Any) -> tuple[Any, list[Any]]:
    """With ids in place of the documents that were expanded; and these."""
    if isinstance(document, list):
        pairs = [_folded(each) for each in document]
        return [plain for plain, _ in pairs], [each for _, inner in pairs for each in inner]
    if not isinstance(document, dict):
        return document, []
    plain, found = {}, []
    for name, value in document.items():
        if name in EXPANDABLE and isinstance(value, dict) and "object" in value:
            plain[name] = value["id"]
            found.append(value)
        else:
            plain[name], inner = _folded(value)
            found += inner
    return plain, found


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, list):
        for each in document:
            yield from _objects(each)
    elif isinstance(document, dict):
        if isinstance(document.get("object"), str):
            yield document
        for value in document.values():
            yield from _objects(value)


def _is_alike(value: Any, sample: Any) -> bool:
    return value is None or sample is None or type(value) is type(sample)


def _typed(schema: Schema, value: Any) -> Any:
    """A form has only texts: numbers and truths where the schema wants them."""
    schema = _contract().resolved(schema)
    for choice in schema.get("anyOf", ()):
        typed = _typed(choice, value)
        if not _contract().faults(choice, typed):
            return typed
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        inner = {name: known.get(name, others) for name in value}
        return {
            name: _typed(inner[name], each) if isinstance(inner[name], dict) else each
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_typed(schema.get("items", {}), each) for each in value]
    return _scalar(schema.get("type"), value)


def _scalar(kind: str | None, value: str) -> Any:
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def _closed(value: Any) -> Any:
    """Stripe refuses parameters that it does not know."""
    if isinstance(value, list):
        return [_closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _closed(each) for name, each in value.items()}
    if inner.get("type") == "object" and "properties" in inner:
        inner.setdefault("additionalProperties", False)
    return inner


def _with_null(schema: Schema) -> Schema:
    """The description says `nullable` beside what then leaves no room for it."""
    if schema.get("nullable") is not True:
        return schema
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], {"enum": [None]}]}
    return schema


@lru_cache
def _contract() -> Contract:
    return Contract(FOLDER / "api.json", _with_null)


@lru_cache
def samples() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / "samples.json").read_text())
    return found


@lru_cache
def _adapter(params: type) -> TypeAdapter[Any]:
    module = sys.modules[params.__module__]
    for each in _typed_dicts(module):
        each.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    adapter: TypeAdapter[Any] = TypeAdapter(params)
    names = vars(sys.modules["stripe._request_options"]) | vars(module)
    adapter.rebuild(force=True, _types_namespace=names | {"StripeContext": str})
    return adapter


def _typed_dicts(module: ModuleType) -> Iterator[Any]:
    return (each for each in vars(module).values() if is_typeddict(each))
