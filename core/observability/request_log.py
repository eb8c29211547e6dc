"""One log line per request: address, visitor, outcome."""

import re
import sys
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from core.database.models import DATABASE_AWAY
from core.observability import log_context

log = structlog.get_logger(__name__)
# Parts of addresses that are names, not keys. All others are logged as in the pattern.
NAMES = ("slug", "number", "provider", "section", "object_id")
ORDER = re.compile(r"PED-[0-9]{8}-[0-9]{4,}")
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


class RequestLogMiddleware(RequestMiddleware):
    """
    Logs the page's URL pattern, not its address: signed links are keys.

    Log lines of a request about an order carry its number.
    """

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = request.resolver_match
        if match is None:  # nothing of ours: only where it pointed to
            return f"{request.method} /{request.path_info[1:].partition('/')[0][:50]}"
        given = {name: str(match.kwargs[name]) for name in NAMES if name in match.kwargs}
        route = _PART.sub(lambda part: given.get(part[1], part[0]), match.route)
        return f"{request.method} /{route}"

    def process_got_request_exception(
        self, sender: type[Any], request: HttpRequest, **kwargs: Any
    ) -> None:
        """An unavailable database is a 503 and one line: a traceback would tell nothing."""
        error = sys.exception()
        if not isinstance(error, DATABASE_AWAY) or hasattr(request, "_raised_exception"):
            super().process_got_request_exception(sender, request, **kwargs)
            return
        vars(request)["_raised_exception"] = error
        said = str(error).partition("\n")[0]
        log.error("request_failed", code=503, request=self.format_request(request), error=said)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        """Called once Django knows the page."""
        number = str(kwargs.get("number", ""))
        if ORDER.fullmatch(number):
            log_context.add(order=number)
