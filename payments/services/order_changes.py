"""The money of an order that staff have changed: asked for, or given back."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from orders.models import Order
from payments import gateways, selectors
from payments.models import Payment
from payments.services.expire import close_attempt
from payments.services.payment_status import recompute
from payments.services.refund_requests import refund_change
from payments.states import PaymentState


@transaction.atomic
def follow_change(order_id: UUID, *, actor_id: UUID | None) -> None:
    """
    Bring the money in line with an order's new total.

    A surplus is asked back in the actor's name and waits for approval; what is awaited by hand,
    as cash at the door, becomes what is due now. Attempts at a provider are not touched: call
    `close_outdated` when all this is committed.
    """
    order = Order.objects.locked().get(pk=order_id)
    balance = selectors.balance_of(order)
    refund_change(order_id, balance.surplus(order.total), actor_id=actor_id)
    _ask_by_hand(order, balance.due(order.total))
    recompute(order_id)


def close_outdated(order_id: UUID) -> None:
    """
    Close the attempts that ask for another amount than is due now. Twice is once.

    :raises ProviderUnavailable: if a provider cannot be asked; call it again
    """
    due = selectors.due_of(Order.objects.get(pk=order_id))
    for payment in Payment.objects.live().filter(order=order_id).exclude(amount=due):
        if not gateways.get(payment.gateway).is_offline:
            close_attempt(payment.pk)


def _ask_by_hand(order: Order, due: Decimal) -> None:
    for payment in Payment.objects.live().filter(order=order, gateway="manual").locked():
        if due > 0:
            payment.amount = due
            payment.save(update_fields=["amount"])
        else:
            payment.move_to(PaymentState.CANCELLED)
