from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from orders import emails as to_shopper
from orders.events import OrderCancelled, OrderChanged, OrderExpired
from outbox.registry import subscribe
from payments import emails
from payments.events import DisputeTold, RefundApproved, RefundSucceeded, StoreCreditGranted
from payments.models import Payment, Refund
from payments.services.refunds import request_refund_once
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle_order
from payments.services.start import close_attempt, close_outdated_attempts
from payments.states import DisputeState
from shipping.events import ShipmentGivenUp


@subscribe(RefundApproved)
def send_refund(event: RefundApproved) -> None:
    submit_refund(UUID(event.refund_id))


@subscribe(RefundSucceeded)
def mail_refunded(event: RefundSucceeded) -> None:
    refund = Refund.objects.get(pk=event.refund_id)
    to_shopper.send_once(UUID(event.order_id), to_shopper.OrderMail.REFUNDED, refund=refund.number)


@subscribe(DisputeTold)
def mail_dispute(event: DisputeTold) -> None:
    emails.send_dispute(UUID(event.dispute_id), DisputeState(event.state))


@subscribe(StoreCreditGranted)
def mail_credit(event: StoreCreditGranted) -> None:
    emails.send_credit(UUID(event.credit_id))


@subscribe(OrderCancelled)
def send_money_back(event: OrderCancelled) -> None:
    """Close open attempts, then refund the captured money."""
    _close(UUID(event.order_id))


@subscribe(OrderExpired)
def close_attempts(event: OrderExpired) -> None:
    _close(UUID(event.order_id))


@subscribe(OrderChanged)
def close_outdated(event: OrderChanged) -> None:
    """What asks for the old amount must not be paid any more."""
    close_outdated_attempts(UUID(event.order_id))


@subscribe(ShipmentGivenUp)
def ask_for_what_did_not_arrive(event: ShipmentGivenUp) -> None:
    """Staff have decided not to send it again: the refund waits for approval."""
    request_refund_once(
        UUID(event.order_id),
        Decimal(event.worth),
        reason=_("Parcel %s did not arrive.") % event.number,
        actor_id=UUID(event.actor_id) if event.actor_id else None,
    )


def _close(order_id: UUID) -> None:
    for payment in Payment.objects.live().filter(order=order_id):
        close_attempt(payment.pk)
    settle_order(order_id)
