"""Middleware that writes and deletes the cart's cookie."""

from datetime import timedelta
from typing import cast

from constance import config
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from cart.cookies import COOKIE, SALT, Carrier
from core.web.cookies import host_only


class CartCookieMiddleware(MiddlewareMixin):
    """Write the cookie when a view or a sign-in set the cart; delete it on sign-out."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if hasattr(request, "new_cart_id"):
            response.set_signed_cookie(
                host_only(COOKIE),
                str(cast("Carrier", request).new_cart_id),
                salt=SALT,
                max_age=timedelta(hours=config.CART_HOURS),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif _has_signed_out(request):
            response.delete_cookie(host_only(COOKIE), samesite="Lax")
        return response


def _has_signed_out(request: HttpRequest) -> bool:
    """The session was emptied in this request: the next user of the browser gets no cart."""
    return request.session.modified and request.session.is_empty()
