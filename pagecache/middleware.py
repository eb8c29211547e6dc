"""Visitors see their own changes: staff on cached pages, everybody despite a replica's lag."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import HttpRequest, HttpResponse

from core.database import replica
from core.web.cookies import host_only
from core.web.csrf_by_origin import SAFE_METHODS
from pagecache import services

GetResponse = Callable[[HttpRequest], HttpResponse]
# What a replica must have replayed for this visitor; forging it only chooses the server.
POSITION_COOKIE = "position"
_SECONDS = 60  # a replica that lags further is not read
_DIGITS = 19


class InvalidateAfterEditsMiddleware:
    """Invalidates the pages that a post in the back office has changed. 1 query."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if request.method not in SAFE_METHODS and match and match.app_name == "admin":
            services.invalidate_changed()
        return response


class OwnWritesMiddleware:
    """
    Visitors do not read from a replica that lacks their own writes.

    Their browser carries the position of the write-ahead log in a cookie. Without a replica there
    is no such cookie, and no cost.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if not replica.is_configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visit = replica.Visit(needed=_position(request.COOKIES.get(host_only(POSITION_COOKIE), "")))
        with replica.visiting(visit):
            response = self.get_response(request)
        if visit.has_written or request.method not in SAFE_METHODS:
            response.set_cookie(
                host_only(POSITION_COOKIE),
                str(_written()),
                max_age=_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _position(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0


def _written() -> int:
    """While the primary is unavailable its position is unknown: read from the primary alone."""
    try:
        return replica.written_position()
    except Error:
        return replica.NOWHERE
