"""The cart's cookie: read when asked for, written whenever the cart is used."""

from datetime import timedelta
from typing import Protocol, TypeVar, cast
from uuid import UUID

from constance import config
from django.core.signing import BadSignature
from django.http import HttpRequest

from core.ids import uuid7
from core.web.cookies import host_only

Done = TypeVar("Done")

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
    """From this answer on the visitor has this cart; each use renews the cookie."""
    cast("Carrier", request).new_cart_id = cart_id


def keep_old_cart(request: HttpRequest) -> None:
    """Leave the cookie as it is: a cart that was begun for nothing would take another's place."""
    if hasattr(request, "new_cart_id"):
        del request.new_cart_id


def ensure_cart(request: HttpRequest) -> UUID:
    """The visitor's cart; a new one if there is none. The cookie is renewed with the answer."""
    cart_id = cart_id_of(request) or uuid7()
    use_cart(request, cart_id)
    return cart_id
