"""JSON for providers that come without a library of their own."""

from collections.abc import Mapping
from typing import Any

import requests

from payments.gateways import wire
from payments.gateways.base import GatewayRefused, GatewayUnavailable, PaymentUnknown

UNCLEAR = (408, 409, 425, 429)


def call(
    provider: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """
    Speak JSON with a provider, once.

    :raises GatewayUnavailable: without an answer, or with one that says to try again
    :raises GatewayRefused: if the answer is no
    """
    answer = wire.of(provider).request(method, url, json=body, headers=dict(headers))
    found = _json(answer)
    if answer.status_code in UNCLEAR or answer.status_code >= requests.codes.server_error:
        raise GatewayUnavailable(f"HTTP {answer.status_code}")
    if answer.status_code == requests.codes.not_found:
        raise PaymentUnknown("There is no such payment.")
    if not answer.ok:
        raise GatewayRefused(str(found.get("error") or f"HTTP {answer.status_code}"))
    if not found:
        raise GatewayUnavailable("The answer is not readable.")
    return found


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
