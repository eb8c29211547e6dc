"""The demo's payments as the simulated provider has them, so that it can be asked about them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from payments.gateways.amounts import to_minor
from payments.models import Dispute, Gateway, LedgerEntry, LedgerKind, Payment, Refund
from payments.states import PaymentState

# Its words for the states that the demo's attempts are in.
_STATUS = {
    PaymentState.PROCESSING: "processing",
    PaymentState.CAPTURED: "paid",
    PaymentState.FAILED: "failed",
    PaymentState.EXPIRED: "expired",
}


def documents() -> list[dict[str, Any]]:
    """Each attempt at the simulator with its captures, refunds and disputes. Four queries."""
    payments = (
        Payment.objects.filter(gateway=Gateway.SIMULATOR)
        .select_related("order")
        .prefetch_related("disputes")
    )
    keys = dict(Refund.objects.values_list("gateway_reference", "idempotency_key"))
    facts: dict[Any, list[LedgerEntry]] = {}
    for fact in LedgerEntry.objects.filter(payment__in=payments):
        facts.setdefault(fact.payment_id, []).append(fact)
    return [_document(payment, facts.get(payment.pk, []), keys) for payment in payments]


def _document(
    payment: Payment, facts: Iterable[LedgerEntry], keys: dict[str, str]
) -> dict[str, Any]:
    """A voucher that is under way is paid just before its time is over."""
    document = {
        "id": payment.gateway_id,
        "created": payment.created_at.timestamp(),
        "status": _STATUS[PaymentState(payment.state)],
        "reference": payment.number,
        "order": payment.order.number,
        "amount": to_minor(payment.amount, payment.currency),
        "currency": payment.currency,
        "return_url": settings.SITE_URL,
        "language": payment.order.language,
        "expires_at": payment.expires_at.isoformat() if payment.expires_at else None,
        "error_code": payment.error_code,
        "captures": [_movement(fact) for fact in facts if fact.kind == LedgerKind.CAPTURE],
        "refunds": [
            {**_movement(fact), "status": "succeeded", "reference": keys[fact.reference]}
            for fact in facts
            if fact.kind == LedgerKind.REFUND
        ],
        "disputes": [_dispute(each) for each in payment.disputes.all()],
    }
    if payment.state == PaymentState.PROCESSING and payment.expires_at:
        document["approve_at"] = payment.expires_at.timestamp() - 3600
    return document


def _dispute(dispute: Dispute) -> dict[str, Any]:
    """Its money has gone: the demo has none that the shop has won."""
    return {
        "id": dispute.reference,
        "amount": to_minor(dispute.amount, dispute.currency),
        "at": dispute.created_at.timestamp(),
        "status": dispute.state,
        "reason": dispute.reason,
        "respond_by": dispute.respond_by.timestamp() if dispute.respond_by else None,
    }


def _movement(fact: LedgerEntry) -> dict[str, Any]:
    return {
        "id": fact.reference,
        "amount": to_minor(fact.amount, fact.currency),
        "at": fact.occurred_at.timestamp(),
    }
