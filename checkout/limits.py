"""How often orders are placed from one place or by one buyer, and one order is tried to be paid."""

from django.http import HttpRequest

from core import throttle
from orders.identities import identity_of
from orders.models import Order

HOUR = 3600
# Behind the address of a telephone company many people buy at the same time.
MOST_FROM_A_PLACE = 120
MOST_OF_A_BUYER = 30
# Whoever tries one stolen card after the other needs more.
MOST_ATTEMPTS_TO_PAY = 20


def orders_too_often(request: HttpRequest, email: str) -> bool:
    """Whether more is ordered than people do; a program on this machine may order without end."""
    if throttle.is_too_much(request, "order", most=MOST_FROM_A_PLACE, seconds=HOUR):
        return True
    if throttle.is_from_here(request):
        return False
    return not throttle.allows(f"order-of:{identity_of(email)}", most=MOST_OF_A_BUYER, seconds=HOUR)


def pays_too_often(order: Order) -> bool:
    return not throttle.allows(f"pay:{order.pk}", most=MOST_ATTEMPTS_TO_PAY, seconds=HOUR)
