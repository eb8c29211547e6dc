"""What a provider says of a refund, written onto ours, or onto a new row if we never asked."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.ids import uuid7
from orders import services as orders
from orders.models import OrderEventKind
from outbox.services import publish
from payments import quotes
from payments.events import RefundSucceeded
from payments.gateways.base import RefundFact
from payments.models import Payment, Refund, RefundDestination
from payments.numbers import next_number
from payments.services.ledger import refund_behind
from payments.services.refund_approval import recompute_reserved
from payments.states import REFUND_TRANSITIONS, RefundState


def adopt(payment: Payment, fact: RefundFact) -> None:
    """Call it under the locks of the order and the payment; twice is once."""
    refund = refund_behind(payment, fact)
    if refund is None:
        _note_foreign(payment, fact)
        return
    if fact.state not in REFUND_TRANSITIONS.get(RefundState(refund.state), set()):
        return
    refund.gateway_reference = fact.reference
    refund.error_message = fact.error[:255]
    refund.completed_at = None if fact.state == RefundState.PENDING else timezone.now()
    refund.save(update_fields=["gateway_reference", "error_message", "completed_at"])
    refund.move_to(fact.state)
    if fact.state != RefundState.PENDING:
        recompute_reserved(payment.pk)
    if fact.state == RefundState.SUCCEEDED:
        _tell(payment, refund)


def _note_foreign(payment: Payment, fact: RefundFact) -> None:
    """Somebody refunded in the provider's own dashboard: it counts like one of ours."""
    if fact.state != RefundState.SUCCEEDED:
        return
    key = uuid7()
    amount = quotes.worth(payment, fact)
    refund = Refund.objects.create(
        id=key,
        number=next_number("REF"),
        payment=payment,
        amount=amount,
        currency=payment.currency,
        provider_amount=fact.amount if payment.quoted_amount else None,
        reason=_("Made at the provider"),
        state=RefundState.EXTERNAL,
        idempotency_key=f"refund-{key}",
        capture_reference=fact.capture,
        gateway_reference=fact.reference,
        completed_at=fact.occurred_at,
    )
    recompute_reserved(payment.pk)
    _tell(payment, refund)


def _tell(payment: Payment, refund: Refund) -> None:
    orders.record(
        payment.order_id,
        OrderEventKind.REFUNDED,
        details={
            "refund": refund.number,
            "amount": str(refund.amount),
            "as_credit": refund.destination == RefundDestination.CREDIT,
        },
    )
    publish(RefundSucceeded(refund_id=str(refund.pk), order_id=str(payment.order_id)))
