"""How often carts are changed from one place, and one cart by whoever has it."""

from django.http import HttpRequest

from cart.cookies import cart_id_of
from cart.exceptions import TooOften
from core import throttle
from core.http import TOO_OFTEN

MINUTE = 60  # seconds
# Behind the address of a telephone company many people wait for the same drop.
MOST_FROM_A_PLACE = 600
MOST_OF_A_CART = 120


def count_change(request: HttpRequest) -> None:
    """
    Count one more change of a cart; programs on this machine may make them without end.

    :raises TooOften: if there were more of late than people make
    """
    if throttle.is_from_here(request):
        return
    counted = {f"cart:{throttle.place_of(request)}": MOST_FROM_A_PLACE}
    if cart_id := cart_id_of(request):
        counted[f"cart-of:{cart_id}"] = MOST_OF_A_CART
    if not all(throttle.allows(name, most=most, seconds=MINUTE) for name, most in counted.items()):
        raise TooOften(TOO_OFTEN)
