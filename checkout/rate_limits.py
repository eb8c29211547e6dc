"""Rate limits on orders by client and by buyer, and on attempts to pay one order."""

from django.http import HttpRequest

from core.web import throttle
from orders.buyer_fingerprint import identity_of
from orders.models import Order

HOUR = 3600
# Behind the address of a telephone company many people buy at the same time.
MAX_FROM_A_PLACE = 120
MAX_OF_A_BUYER = 30
# The answer to what a guest types may tell of the person it names.
MAX_REFUSED_DETAILS = 10
# Card testing needs more attempts than this.
MAX_ATTEMPTS_TO_PAY = 20


def orders_too_often(request: HttpRequest, email: str) -> bool:
    """Whether the client or buyer is over the limit; programs on this machine are exempt."""
    if throttle.is_too_much(request, "order", most=MAX_FROM_A_PLACE, seconds=HOUR):
        return True
    if throttle.is_from_here(request):
        return False
    return not throttle.allows(f"order-of:{identity_of(email)}", most=MAX_OF_A_BUYER, seconds=HOUR)


def guesses_too_often(request: HttpRequest) -> bool:
    """Whether refusals are frequent enough to be probing for customers' data."""
    return throttle.is_over(_guesses_of(request), most=MAX_REFUSED_DETAILS)


def count_guess(request: HttpRequest) -> None:
    if not throttle.is_from_here(request):
        throttle.allows(_guesses_of(request), most=MAX_REFUSED_DETAILS, seconds=HOUR)


def _guesses_of(request: HttpRequest) -> str:
    return f"details:{throttle.place_of(request)}"


def pays_too_often(order: Order) -> bool:
    return not throttle.allows(f"pay:{order.pk}", most=MAX_ATTEMPTS_TO_PAY, seconds=HOUR)
