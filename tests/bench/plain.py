"""The least that a WSGI server can be asked for: no store, no middleware."""

from collections.abc import Callable
from typing import Any

from core.web.front import Front


def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The ceiling: what granian itself and these visitors reach on this machine."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "12")])
    return [b"hello, world"]


application = Front(hello, threads=6)
