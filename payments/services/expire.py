"""Expire unpaid orders."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from inventory.exceptions import NothingHeld
from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus
from payments.exceptions import ProviderUnavailable
from payments.models import Payment
from payments.services.start import close_attempt

GRACE = timedelta(minutes=10)


def expire_order(order_id: UUID) -> bool:
    """
    Expire an unpaid order: close its attempts, and only then release its units.

    Where the provider does not answer, or money is pending, the hold lasts ten minutes more.
    Returns whether the order has expired: it may have been confirmed or extended meanwhile.
    """
    if not _is_overdue(Order.objects.get(pk=order_id)):
        return False
    for payment_id in Payment.objects.live().filter(order=order_id).values_list("pk", flat=True):
        try:
            close_attempt(payment_id)
        except ProviderUnavailable:
            break
    return _expire_or_extend(order_id)


@transaction.atomic
def _expire_or_extend(order_id: UUID) -> bool:
    order = Order.objects.locked().get(pk=order_id)
    if not _is_overdue(order):
        return False
    if not Payment.objects.live().filter(order=order_id).exists():
        orders.expire(order_id)
        return True
    until = timezone.now() + GRACE
    try:
        orders.extend(order.pk, until=until)
    except NothingHeld:
        order.expires_at = until
        order.save(update_fields=["expires_at"])
    return False


def _is_overdue(order: Order) -> bool:
    is_late = order.expires_at is not None and order.expires_at <= timezone.now()
    return order.status == OrderStatus.PENDING and is_late
