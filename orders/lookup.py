"""Look-up of an order by its number and e-mail address, for who has lost the mails."""

from orders import emails
from orders.events import OrderLinkAsked
from orders.models import Order
from outbox.services import publish


def ask(*, number: str, email: str) -> None:
    """
    Have the order's signed link mailed to its own address, if both belong together.

    The worker looks for the order: the answer takes as long for an order as for none.
    """
    publish(OrderLinkAsked(number=number, email=email))


def send_link(number: str, email: str) -> None:
    """Mail the link; nothing if there is no such order with this address."""
    order = Order.objects.filter(number=number, email__iexact=email).first()
    if order is not None:
        emails.send_link(order)
