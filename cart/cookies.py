"""The signed cookie with the cart's key, renewed whenever the cart is used."""

from datetime import timedelta
from typing import Protocol, cast
from uuid import UUID

from constance import config
from django.core.signing import BadSignature
from django.http import HttpRequest

from core.ids import uuid7
from core.web.cookies import host_only

COOKIE = "cart"
SALT = "cart"


class Carrier(Protocol):
    new_cart_id: UUID


def cart_id_of(request: HttpRequest) -> UUID | None:
    """The visitor's cart, or None: the cookie is missing, expired or not ours."""
    if hasattr(request, "new_cart_id"):
        return cast("Carrier", request).new_cart_id
    try:
        text = request.get_signed_cookie(
            host_only(COOKIE), salt=SALT, max_age=timedelta(hours=config.CART_HOURS)
        )
        return UUID(text)
    except (KeyError, BadSignature, ValueError):
        return None


def use_cart(request: HttpRequest, cart_id: UUID) -> None:
    """Set this cart in the response's cookie, which each use renews."""
    cast("Carrier", request).new_cart_id = cart_id


def keep_old_cart(request: HttpRequest) -> None:
    """Leave the cookie as it is, so that a cart that stays empty does not replace another."""
    if hasattr(request, "new_cart_id"):
        del request.new_cart_id


def ensure_cart(request: HttpRequest) -> UUID:
    """The visitor's cart, a new one if there is none. Renews the cookie."""
    cart_id = cart_id_of(request) or uuid7()
    use_cart(request, cart_id)
    return cart_id
