"""Reports errors to a Sentry server, if there is one, without personal data."""

from collections.abc import MutableMapping
from typing import Any

import sentry_sdk

from core.observability.redaction import hidden

_LEFT_OUT = ("user", "server_name", "breadcrumbs")


def report_to(address: str) -> None:
    """Report errors to this DSN; an empty one turns reports off."""
    if not address:
        return

    sentry_sdk.init(
        dsn=address,
        before_send=_without_persons,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
    )


def _without_persons(event: Any, _hint: Any) -> Any:
    """Texts of errors may name persons, and addresses of signed links are keys."""
    request = event.get("request", {})
    for name in ("url", "query_string", "cookies", "headers", "env", "data"):
        request.pop(name, None)
    for name in _LEFT_OUT:
        event.pop(name, None)
    return _cleaned(event)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, MutableMapping):
        return {name: _cleaned(each) for name, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value
