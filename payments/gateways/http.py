"""Read JSON answers and webhooks of providers; turn statuses and gaps into exceptions."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import InvalidOperation
from typing import Any

import requests

from payments.gateways import wire
from payments.gateways.base import (
    BadWebhook,
    GatewayRefused,
    GatewayUnavailable,
    PaymentUnknown,
    WebhookNotice,
)

Document = dict[str, Any]
# After these the same request, with the same key, may succeed.
RETRIABLE = frozenset({408, 409, 423, 424, 425, 429})


def call(
    provider: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: Mapping[str, Any] | None = None,
) -> Document:
    """
    Send a JSON request to a provider, once.

    :raises GatewayUnavailable: without an answer, or with one that says to try again
    :raises GatewayRefused: if the answer is no
    """
    answer = wire.of(provider).request(method, url, json=body, headers=dict(headers))
    return read(answer, lambda document: document.get("error"))


def read(
    answer: requests.Response,
    reason_of: Callable[[Document], object],
    *,
    parse_float: Callable[[str], object] | None = None,
) -> Document:
    """
    The document of a successful answer; `reason_of` finds the reason in that of an error.

    :raises GatewayUnavailable: if the answer says to try again, or is no JSON object
    :raises GatewayRefused: if the answer is no
    """
    try:
        found = answer.json(parse_float=parse_float)
    except ValueError:
        found = None
    document: Document = found if isinstance(found, dict) else {}
    if not requests.codes.ok <= answer.status_code < requests.codes.multiple_choices:
        raise error_of(answer.status_code, str(reason_of(document) or "")[:200])
    if not document:
        raise GatewayUnavailable("The answer is not readable.")
    return document


def error_of(status: int, reason: str = "") -> GatewayUnavailable | GatewayRefused:
    """The exception for an answer with this status, which is no success."""
    is_final = requests.codes.bad_request <= status < requests.codes.server_error
    if status in RETRIABLE or not is_final:
        return GatewayUnavailable(f"HTTP {status} {reason}".strip())
    if status == requests.codes.not_found:
        return PaymentUnknown(reason or "There is no such payment.")
    return GatewayRefused(reason or f"HTTP {status}")


@contextmanager
def reading() -> Iterator[None]:
    """:raises GatewayUnavailable: where an answer lacks what it should have"""
    try:
        yield
    except (
        *(LookupError, TypeError, ValueError, AttributeError),
        *(InvalidOperation, StopIteration),
    ) as error:
        raise GatewayUnavailable("The answer is not readable.") from error


def event_of(body: bytes) -> Document:
    """:raises BadWebhook: unless the body is a JSON object"""
    try:
        found = json.loads(body.decode())
    except ValueError as error:
        raise BadWebhook("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise BadWebhook("The body is not an event.")
    return found


def notice_of(
    event: Document,
    about: Callable[[Document], dict[str, str]],
    why_ignored: Callable[[Document], str] = lambda _event: "",
    *,
    type_field: str = "type",
) -> WebhookNotice:
    """
    The notice of a verified event. One that is about no payment is ignored.

    :raises BadWebhook: if it lacks what it should have
    """
    try:
        ignored = why_ignored(event)
        found = {} if ignored else about(event)
        return WebhookNotice(
            event_id=str(event["id"])[:255],
            type=str(event[type_field])[:100],
            about=found,
            payload=event,
            ignored=ignored or ("" if found else "It is not about a payment."),
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise BadWebhook("The body is not an event.") from error
