"""The HTTP session of a provider, for our own calls and for the official libraries."""

import json
import threading
import time
from typing import Any
from urllib.parse import parse_qsl

import requests

from payments.gateway_log import spool
from payments.gateways import breaker
from payments.gateways.base import GatewayUnavailable, error_in

# Seconds to connect, and between two bytes of an answer.
TIMEOUT = (3.0, 12.0)
_local = threading.local()


class Wire(requests.Session):
    """
    A session that waits for a limited time, follows no redirects, keeps no cookies, ignores the
    machine's proxies, writes each exchange into the gateway log, and spares a provider that fails.
    """

    def __init__(self, provider: str) -> None:
        super().__init__()
        self.trust_env = False
        self._provider = provider

    def request(self, method: Any, url: Any, *_args: Any, **options: Any) -> requests.Response:
        """
        Send a request, once. An answer of any status is an answer.

        :raises GatewayUnavailable: without an answer, or while the provider is given a rest
        """
        options |= {"timeout": TIMEOUT, "allow_redirects": False}
        entry: dict[str, Any] = {
            "provider": self._provider,
            "method": str(method).upper(),
            "url": str(url),
            "request": _readable(options.get("json") or options.get("data")),
        }
        began = time.monotonic()
        try:
            with breaker.of(self._provider).call() as call:
                answer = super().request(method, url, **options)
                call.has_failed = answer.status_code >= requests.codes.server_error
            entry |= self._heard(answer)
        except requests.RequestException as error:
            entry["error"] = repr(error)
            raise GatewayUnavailable(type(error).__name__) from error
        except GatewayUnavailable as error:
            entry["error"] = str(error)
            raise
        finally:
            self.cookies.clear()
            spool.record({**entry, "milliseconds": round((time.monotonic() - began) * 1000)})
        return answer

    def _heard(self, answer: requests.Response) -> dict[str, Any]:
        """An answer as the log keeps it. A declined payment is no error of the provider's."""
        document = _readable(answer.content)
        heard = {"status": answer.status_code, "response": document}
        if reason := error_in(self._provider, document):
            is_error = answer.status_code >= requests.codes.bad_request
            heard["error" if is_error else "declined"] = reason
        return heard


def of(provider: str) -> Wire:
    """This thread's connections to a provider."""
    wires: dict[str, Wire] = _local.__dict__.setdefault("wires", {})
    if provider not in wires:
        wires[provider] = Wire(provider)
    return wires[provider]


def _readable(body: Any) -> Any:
    """A body as the log can redact it: by name. What cannot be read so is left out."""
    if isinstance(body, bytes):
        body = body.decode(errors="replace")
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return dict(parse_qsl(body)) or None
