"""Tells the audit triggers who sent the request that writes."""

from collections.abc import Callable
from ipaddress import ip_address
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from audit.context import traced


class TraceMiddleware:
    """
    The audit log knows the person, their network address and the page of each write.

    A request that only reads pays nothing, and nobody's session is opened for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with traced(
            actor=lambda: _person(request),
            impersonator=lambda: _impersonator(request),
            ip=lambda: _sender(request),
            origin=lambda: _page(request),
        ):
            return self.get_response(request)


def _person(request: HttpRequest) -> UUID | None:
    # Without a session cookie there is no user, and reading it would mark the answer private.
    return request.user.pk if request.session.session_key else None


def _impersonator(request: HttpRequest) -> UUID | None:
    """The colleague who looks at the shop as a customer."""
    look = getattr(request.user, "impersonation", None) if _person(request) else None
    return look.staff_id if look else None


def _sender(request: HttpRequest) -> str:
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return ""


def _page(request: HttpRequest) -> str:
    """The page's pattern, not its address: addresses of signed links are keys."""
    match = request.resolver_match
    return f"{request.method} /{match.route if match else ''}"
