"""Rate limits on cart changes and on guessing coupon codes, by client, cart and account."""

from constance import config
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cart import services
from cart.cookies import cart_id_of
from cart.exceptions import TooManyGuesses, TooOften
from cart.services import PASS_FACTOR, Owner
from core.web import throttle
from core.web.http import TOO_OFTEN
from promotions.exceptions import CouponRefused
from waitingroom.tickets import passes_of

MINUTE, HOUR = 60, 3600  # seconds
# Many people share the address of a mobile carrier.
MAX_FROM_A_PLACE = 600
MAX_OF_A_CART = 120
MAX_GUESSES = 60  # an hour, of coupon codes


def count_change(request: HttpRequest) -> None:
    """
    Count a cart change; programs on this machine are exempt.

    :raises TooOften: if the client or the cart is over its limit
    """
    if throttle.is_from_here(request):
        return
    _count_new_cart(request)
    counted = {f"cart:{throttle.place_of(request)}": MAX_FROM_A_PLACE}
    if cart_id := cart_id_of(request):
        counted[f"cart-of:{cart_id}"] = MAX_OF_A_CART
    if not all(throttle.allows(name, most=most, seconds=MINUTE) for name, most in counted.items()):
        raise TooOften(TOO_OFTEN)


def set_coupon(request: HttpRequest, owner: Owner, code: str) -> None:
    """
    As `services.set_coupon`; refused codes count against the client's address and the account.

    :raises TooManyGuesses: if too many codes were refused in the last hour
    :raises DomainError: as `services.set_coupon`
    """
    counted = [f"coupon:{throttle.place_of(request)}"]
    counted += [f"coupon-of:{owner.user.pk}"] if owner.user else []
    if code and any(throttle.is_over(name, most=MAX_GUESSES) for name in counted):
        raise TooManyGuesses(_("Too many attempts. Please try again in an hour."))
    try:
        services.set_coupon(owner, code)
    except CouponRefused:
        for name in counted:
            throttle.allows(name, most=MAX_GUESSES, seconds=HOUR)
        raise


def _count_new_cart(request: HttpRequest) -> None:
    """Count a new cart: a browser has one, bots start one with each request."""
    most = config.PLACE_CARTS_LIMIT * (PASS_FACTOR if passes_of(request) else 1)
    place = throttle.place_fingerprint(request)
    if cart_id_of(request) or request.user.is_authenticated or not place or not most:
        return
    if not throttle.allows(f"new-cart:{place}", most=most, seconds=HOUR):
        raise TooOften(
            _(
                "Too many carts have been started from your connection. Continue in the browser "
                "where you have one, sign in, or try again in an hour."
            )
        )
