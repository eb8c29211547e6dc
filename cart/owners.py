"""The cart and the shopper of a request."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from django.http import HttpRequest

from accounts.models import User
from cart.cookies import ensure_cart, use_cart
from cart.exceptions import CartOrdered
from cart.services import Owner
from core.web.throttle import place_fingerprint
from waitingroom.tickets import passes_of

Done = TypeVar("Done")


def shopper(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def owner_of(request: HttpRequest) -> Owner:
    """The visitor's cart, a new one if there is none, with the data that limits need."""
    return Owner(
        ensure_cart(request),
        shopper(request),
        passes=passes_of(request),
        place=place_fingerprint(request),
    )


def with_cart(request: HttpRequest, act: Callable[[Owner], Done]) -> Done:
    """
    Call `act` with the visitor's cart, a new one if there is none.

    If the cart has become an order, perhaps in another tab, use the next cart.
    """
    owner = owner_of(request)
    while True:
        try:
            return act(owner)
        except CartOrdered as over:
            owner = replace(owner, cart_id=over.next_cart)
            use_cart(request, owner.cart_id)
