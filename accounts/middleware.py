"""Who is looking: sessions of staff end, and a colleague who looks as a customer only looks."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts import sessions
from core.web.csrf_by_origin import SAFE_METHODS

# Payment pages, and pages that belong to the browser instead of the account.
CLOSED_SPACES = {"cart", "checkout", "payments", "privacy"}
# Of the account only what shoppers ask support about: a new page is closed until it is named here.
ACCOUNT = "account/"
OPEN_ACCOUNT_PAGES = {
    f"storefront:{name}"
    for name in (
        *("account", "account-orders", "account-wishlist", "account-reviews", "account-credit"),
        *("account-profile", "account-addresses", "account-address-new", "account-address"),
    )
}
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
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Impersonating staff change nothing and see neither keys nor payments."""
        match = request.resolver_match
        if match is None or match.view_name == END:
            return None
        is_closed = (
            request.method not in SAFE_METHODS
            or match.namespace in CLOSED_SPACES
            or (_is_account(match.route) and match.view_name not in OPEN_ACCOUNT_PAGES)
        )
        if is_closed and getattr(request.user, "impersonation", None):
            return render(request, "account/only_looking.html", status=HTTPStatus.FORBIDDEN)
        return None


def _is_account(route: str) -> bool:
    """Whether the path is below the account, with or without a language prefix."""
    return route.removeprefix(f"{get_language()}/").startswith(ACCOUNT)
