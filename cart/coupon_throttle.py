"""Rate limit against guessing coupon codes."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cart import services
from cart.exceptions import TooManyGuesses
from cart.services import Owner
from core.web import throttle
from promotions.exceptions import CouponRefused

MAX_GUESSES = 60  # an hour: many people share the address of their provider
HOUR = 3600


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
