"""Cash on delivery: a customer without an earlier delivery confirms by a mailed code."""

from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from core.web import throttle
from orders import selectors, services
from orders.events import ConfirmationAsked
from orders.exceptions import NotConfirmed
from orders.models import Order, OrderEvent, OrderEventKind
from orders.states import FulfilmentStatus, OrderStatus
from outbox.services import publish

DIGITS = 6
MAX_TRIES = 10
DAY = 86_400


def confirm_or_ask(order: Order) -> None:
    """
    Make the order a sale if its customer is known, else mail the code that confirms it.

    The caller holds the row lock.

    :raises OutOfStock: if units are missing and cannot be had again
    """
    if _is_known(order):
        services.confirm(order.pk)
    else:
        publish(ConfirmationAsked(order_id=str(order.pk)))


def confirm_by_code(order_id: UUID, code: str) -> None:
    """
    Make the order a sale: the code proves that the buyer reads its mails. Idempotent.

    :raises NotConfirmed: if the code is wrong, was tried too often, or the order is over
    :raises OutOfStock: if units are missing and cannot be had again
    """
    tries = f"confirm:{order_id}"
    if throttle.is_over(tries, most=MAX_TRIES):
        raise NotConfirmed(_("Too many wrong codes. We will confirm the order ourselves."))
    order = Order.objects.get(pk=order_id)
    if not constant_time_compare(code_of(order), "".join(code.split())):
        throttle.allows(tries, most=MAX_TRIES, seconds=DAY)
        raise NotConfirmed(_("This is not the code from our e-mail. Please check it again."))
    _confirm(order_id)


@transaction.atomic
def _confirm(order_id: UUID) -> None:
    order = selectors.locked(order_id)
    if order.awaits_confirmation:
        services.confirm(order_id)
    elif order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.PENDING):
        raise NotConfirmed(_("There is nothing left to confirm. See the order below."))


def code_of(order: Order) -> str:
    """Six digits that only the mail of this order tells."""
    digest = salted_hmac("orders.confirmation", str(order.pk), algorithm="sha256").hexdigest()
    return f"{int(digest, 16) % 10**DIGITS:0{DIGITS}}"


def _is_known(order: Order) -> bool:
    """Staff placed the order, or its signed-in customer has had a delivery. At most 2 queries."""
    if not config.CASH_CONFIRMATION_HOURS:
        return True
    if order.by_guest:
        return False
    delivered = Order.objects.filter(
        customer=order.customer_id, fulfilment_status=FulfilmentStatus.DELIVERED
    )
    placed = OrderEvent.objects.filter(order=order, kind=OrderEventKind.PLACED)
    return delivered.exists() or placed.exclude(actor=None).exists()
