"""The one way out to a provider: time limits, pooled connections, a log entry for each call."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import requests

from payments import log
from payments.gateways.base import GatewayRefused, GatewayUnavailable, PaymentUnknown

TIMEOUT = (2.0, 8.0)
UNCLEAR = (408, 409, 425, 429)
_local = threading.local()


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
    entry: dict[str, Any] = {"provider": provider, "method": method, "url": url, "request": body}
    began = time.monotonic()
    try:
        answer = _session().request(
            method, url, json=body, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False
        )
        entry |= {"status": answer.status_code, "response": _json(answer)}
    except requests.RequestException as error:
        entry["error"] = repr(error)
        raise GatewayUnavailable(type(error).__name__) from error
    finally:
        log.record({**entry, "milliseconds": round((time.monotonic() - began) * 1000)})
    return _checked(answer)


def _checked(answer: requests.Response) -> dict[str, Any]:
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


def _session() -> requests.Session:
    session: requests.Session | None = getattr(_local, "session", None)
    if session is None:
        session = _local.session = requests.Session()
        session.trust_env = False
    return session
