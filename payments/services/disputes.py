"""Record disputes: the shopper's bank claims the money back."""

from django.utils import timezone

from orders import services as orders
from orders.models import OrderEventKind
from outbox.services import publish
from payments.events import DisputeTold
from payments.gateways.base import DisputeFact
from payments.models import Dispute, LedgerKind, Payment
from payments.services.ledger import record_fact
from payments.services.refunds import cancel_approved_refunds
from payments.states import DISPUTE_TRANSITIONS, DISPUTES_OPEN, DisputeState


def record_dispute(payment: Payment, fact: DisputeFact) -> None:
    """Order and payment are locked; idempotent."""
    dispute, is_new = Dispute.objects.get_or_create(
        provider=payment.gateway,
        reference=fact.reference,
        defaults={
            "payment": payment,
            "state": fact.state,
            "amount": fact.amount,
            "currency": fact.currency,
            "reason": fact.reason[:255],
            "respond_by": fact.respond_by,
        },
    )
    if is_new:
        details = {"payment": payment.number, "dispute": fact.reference}
        orders.record(
            payment.order_id, OrderEventKind.DISPUTED, note=fact.reason[:255], details=details
        )
    elif fact.state in DISPUTE_TRANSITIONS.get(DisputeState(dispute.state), set()):
        dispute.state = fact.state
    dispute.respond_by = fact.respond_by
    is_decided = dispute.state not in DISPUTES_OPEN and dispute.closed_at is None
    if is_decided:
        dispute.closed_at = timezone.now()
    dispute.save(update_fields=["state", "respond_by", "closed_at"])
    if is_new or is_decided:
        publish(DisputeTold(dispute_id=str(dispute.pk), state=dispute.state))
    if is_decided and dispute.state != DisputeState.WON:
        cancel_approved_refunds(payment)
    # Money moves only by these facts: a dispute that is lost may have taken none.
    if fact.withdrawn:
        record_fact(payment, LedgerKind.CHARGEBACK, fact.withdrawn)
    if fact.reinstated:
        record_fact(payment, LedgerKind.CHARGEBACK_REVERSAL, fact.reinstated)
