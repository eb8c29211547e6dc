"""PayPal's own library as far as it serves the newer API: credentials and transport."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from paypalrestsdk import Api
from paypalrestsdk.exceptions import ConnectionError as LibraryError
from paypalrestsdk.exceptions import UnauthorizedAccess

from payments.gateways import wire
from payments.gateways.base import GatewayRefused, GatewayUnavailable
from payments.gateways.http import error_of

PRODUCTION = "https://api-m.paypal.com"
# A token is renewed so many seconds before PayPal would refuse it.
EARLY = 60
IN_PROGRESS = "PREVIOUS_REQUEST_IN_PROGRESS"


class Refused(GatewayRefused):
    """`issue` is PayPal's own word for the reason."""

    def __init__(self, issue: str, description: str) -> None:
        super().__init__(f"{issue}: {description}" if description else issue)
        self.issue = issue


class PayPalApi(Api):
    """
    The library's client, mended: one connection for a thread, a limited time, no body where none
    belongs, one token for all threads, and one more try with a new one where it is refused.

    Every call may raise GatewayUnavailable or GatewayRefused.
    """

    token_hash: dict[str, Any] | None

    def __init__(self, client_id: str, client_secret: str, base: str) -> None:
        # In any other mode the library logs keys and bodies.
        super().__init__(
            mode="live", endpoint=base, client_id=client_id, client_secret=client_secret
        )
        self._lock = threading.Lock()
        self._fresh_until = 0.0

    def request(
        self,
        url: str,
        method: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        refresh_token: str | None = None,
    ) -> dict[str, Any]:
        """A body of bytes is sent as it is."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        options = {} if method == "GET" else {"data": data}
        with _translated():
            sent = {**self.headers(), **(headers or {})}
            try:
                found = self.http_call(url, method, headers=sent, **options)
            except UnauthorizedAccess:
                self._forget(sent["Authorization"])
                sent["Authorization"] = self.headers()["Authorization"]
                found = self.http_call(url, method, headers=sent, **options)
            return dict(found)

    def http_call(self, url: str, method: str, **options: Any) -> Any:
        answer = wire.of("paypal").request(method, url, **options)
        return self.handle_response(answer, answer.content.decode())

    def get_token_hash(self, *_codes: object, **_others: object) -> dict[str, Any]:
        """The shop's own token, asked for by one thread at a time, without a call's headers."""
        with self._lock:
            if self.token_hash and time.monotonic() < self._fresh_until:
                return self.token_hash
            self.token_hash = None
            found: dict[str, Any] = super().get_token_hash()
            self._fresh_until = time.monotonic() + int(found["expires_in"]) - EARLY
            return found

    def validate_token_hash(self) -> None:
        """Replaces the library's check by wall clock with a monotonic one."""

    def _forget(self, authorization: str) -> None:
        """Unless another thread has brought a new token meanwhile."""
        with self._lock:
            token: Mapping[str, Any] = self.token_hash or {}
            if authorization == f"{token.get('token_type')} {token.get('access_token')}":
                self._fresh_until = 0.0


@contextmanager
def _translated() -> Iterator[None]:
    """
    Translate the library's exceptions into ours.

    :raises GatewayUnavailable: if the outcome is unknown
    :raises GatewayRefused: if nothing happened
    """
    try:
        yield
    except LibraryError as error:
        raise _meaning(error.response.status_code, error.content) from None
    except (ValueError, KeyError, TypeError) as error:
        raise GatewayUnavailable("The answer is not readable.") from error


def _meaning(status: int, content: str) -> GatewayUnavailable | GatewayRefused:
    meaning = error_of(status)
    if type(meaning) is not GatewayRefused:
        return meaning
    if status == HTTPStatus.UNAUTHORIZED:
        return GatewayRefused("PayPal does not accept the shop's keys.")
    issue, description = _reason(content)
    if issue == IN_PROGRESS:
        return GatewayUnavailable(issue)
    return Refused(issue or str(meaning), description)


def _reason(content: str) -> tuple[str, str]:
    try:
        return reason_of(json.loads(content))
    except (ValueError, AttributeError, KeyError, IndexError, TypeError):
        return "", ""


def reason_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """
    PayPal's word for what is wrong, and its sentence.

    :raises AttributeError, LookupError, TypeError: if it is no error of PayPal's
    """
    detail = (document.get("details") or [{}])[0]
    issue = detail.get("issue") or document.get("name") or document.get("error") or ""
    text = detail.get("description") or document.get("message")
    return str(issue)[:100], str(text or document.get("error_description") or "")[:150]
