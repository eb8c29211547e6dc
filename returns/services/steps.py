"""What every step of a return begins and ends with."""

from uuid import UUID

from orders.models import Order
from returns.models import Return


def locked(return_id: UUID) -> tuple[Order, Return]:
    """Lock the order, then its return: the second request waits, and sees what the first did."""
    order_id = Return.objects.values_list("order_id", flat=True).get(pk=return_id)
    order = Order.objects.locked().get(pk=order_id)
    return order, Return.objects.locked().get(pk=return_id)
