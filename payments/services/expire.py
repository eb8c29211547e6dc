"""Closing attempts, and giving up on orders whose time to pay is over."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from inventory.exceptions import NothingHeld
from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus
from payments import gateways
from payments.exceptions import ProviderUnavailable
from payments.gateway_log import spool
from payments.gateways.base import Gateway, GatewayRefused, GatewayUnavailable, PaymentUnknown
from payments.models import Payment
from payments.services.payment_status import recompute
from payments.services.settle import settle, start_request
from payments.states import PaymentState

GRACE = timedelta(minutes=10)


def close_attempt(payment_id: UUID) -> Payment:
    """
    Make a live attempt impossible at its provider, then settle it. It may turn out to be paid,
    or under way: then it stays so.

    :raises ProviderUnavailable: if the provider cannot be asked
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if not payment.is_live:
        return payment
    try:
        gateway = gateways.get(payment.gateway)
        if gateway.is_offline:
            return _end(payment_id)
        with spool.about(payment):
            gateway.expire(payment.gateway_id or _find(payment, gateway))
    except PaymentUnknown:
        return _end(payment_id)
    except GatewayRefused:
        if not Payment.objects.values_list("gateway_id", flat=True).get(pk=payment_id):
            return _end(payment_id)
    except GatewayUnavailable as error:
        raise ProviderUnavailable(str(error)) from error
    return settle(payment_id)


def expire_order(order_id: UUID) -> bool:
    """
    Give up on an unpaid order: close its attempts, and only then release its units.

    Where the provider does not answer, or money is under way, the hold lasts ten minutes more.
    Gives whether the order has expired; one that was confirmed or got more time meanwhile stays.
    """
    if not _is_overdue(Order.objects.get(pk=order_id), timezone.now()):
        return False
    for payment_id in Payment.objects.live().filter(order=order_id).values_list("pk", flat=True):
        try:
            close_attempt(payment_id)
        except ProviderUnavailable:
            break
    return _expire_if_idle(order_id)


@transaction.atomic
def _expire_if_idle(order_id: UUID) -> bool:
    order = Order.objects.locked().get(pk=order_id)
    now = timezone.now()
    if not _is_overdue(order, now):
        return False
    if Payment.objects.live().filter(order=order_id).exists():
        _wait_longer(order, now + GRACE)
        return False
    orders.expire(order_id)
    return True


def _is_overdue(order: Order, now: datetime) -> bool:
    is_late = order.expires_at is not None and order.expires_at <= now
    return order.status == OrderStatus.PENDING and is_late


def _wait_longer(order: Order, until: datetime) -> None:
    try:
        orders.extend(order.pk, until=until)
    except NothingHeld:
        order.expires_at = until
        order.save(update_fields=["expires_at"])


def _find(payment: Payment, gateway: Gateway) -> str:
    """
    The id of an attempt whose opening was never answered: the same request gives it again.

    It is kept, for money may come by it.
    """
    started = gateway.start(start_request(payment))
    Payment.objects.filter(pk=payment.pk, gateway_id="").update(gateway_id=started.gateway_id)
    return started.gateway_id


@transaction.atomic
def _end(payment_id: UUID) -> Payment:
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    Order.objects.locked().get(pk=order_id)
    payment = Payment.objects.locked().get(pk=payment_id)
    if payment.is_live:
        payment.move_to(PaymentState.CANCELLED)
        recompute(order_id)
    return payment
