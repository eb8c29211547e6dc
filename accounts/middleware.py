"""Who is looking: sessions of staff end, and a colleague who looks as a customer only looks."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import sessions
from core.origin import SAFE_METHODS

# Pages of a person's keys and money, and those that belong to the browser, not to the account.
CLOSED_SPACES = {"cart", "checkout", "payments", "privacy"}
CLOSED_NAMES = ("account_", "mfa_", "usersessions_")
END = "storefront:viewing-as-end"


class VisitorMiddleware:
    """
    Puts the visitor into `request.user`, read only when a view asks: public pages are everybody's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = sessions.visitor(request)
        response = self.get_response(request)
        sessions.note_use(request)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: Any,
        kwargs: Any,
    ) -> HttpResponse | None:
        """Whoever looks as a customer changes nothing, and sees neither keys nor payments."""
        match = request.resolver_match
        if match is None or match.view_name == END:
            return None
        is_closed = (
            request.method not in SAFE_METHODS
            or match.namespace in CLOSED_SPACES
            or match.view_name.startswith(CLOSED_NAMES)
        )
        if is_closed and getattr(request.user, "impersonation", None):
            return render(request, "account/only_looking.html", status=HTTPStatus.FORBIDDEN)
        return None
