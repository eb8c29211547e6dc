"""The money of the demo's orders: attempts, what came in, what went back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from core.ids import uuid7
from core.money import ZERO
from demoshop.source import Row
from orders.models import Order, OrderEventKind, OrderLine
from orders.states import PaymentStatus
from payments.models import (
    Dispute,
    Gateway,
    LedgerEntry,
    LedgerKind,
    MethodType,
    Payment,
    PaymentMethod,
    Refund,
)
from payments.numbers import next_number
from payments.states import DisputeState, PaymentState, RefundState

_STATES = {
    "pending_voucher": PaymentState.PROCESSING,
    "pending_transfer": PaymentState.PROCESSING,
    "payment_failed": PaymentState.FAILED,
    "expired": PaymentState.EXPIRED,
}


_FINANCE = "finanzas@demo.vitrina.example"
_REFUNDED = (PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED)


def pay(
    order: Order, lines: Sequence[OrderLine], row: Row, times: Mapping[OrderEventKind, datetime]
) -> None:
    """The order's one attempt, if it has one, with everything that its provider told."""
    if order.paid_at is None and row["state"] not in _STATES:
        return
    payment = _attempt(order, row)
    if order.paid_at is None:
        return
    _fact(payment, LedgerKind.CAPTURE, order.total, order.paid_at)
    Payment.objects.filter(pk=payment.pk).update(
        state=PaymentState.CAPTURED, captured_at=order.paid_at
    )
    if order.payment_status in _REFUNDED:
        _refund(payment, _refunded(order, lines, row), row, times[OrderEventKind.REFUNDED])
    if row["state"] == "refund_requested":
        _ask_back(payment, order.total, row, times[OrderEventKind.REFUND_REQUESTED])
    if order.payment_status == PaymentStatus.DISPUTED:
        _dispute(payment, row, times[OrderEventKind.DISPUTED])


def _attempt(order: Order, row: Row) -> Payment:
    method = PaymentMethod.objects.filter(code=order.payment_method_code).first()
    is_card = bool(method and method.type == MethodType.CARD)
    payment = Payment(
        id=uuid7(),
        number=next_number("TXN", at=order.placed_at),
        order=order,
        method=method,
        gateway=method.gateway if method else Gateway.MANUAL,
        gateway_id=f"pay_{order.number.lower()}",
        idempotency_key=f"demo-{order.number}",
        amount=order.total,
        currency=order.currency,
        state=_STATES.get(row["state"], PaymentState.OPEN),
        card_brand="visa" if is_card else "",
        card_last4="4242" if is_card else "",
        error_code="card_declined" if row["state"] == "payment_failed" else "",
        expires_at=order.expires_at,
        created_at=order.placed_at,
    )
    payment.save(force_insert=True)
    return payment


def _fact(payment: Payment, kind: LedgerKind, amount: Decimal, when: datetime) -> None:
    LedgerEntry.objects.create(
        payment=payment,
        provider=payment.gateway,
        kind=kind,
        reference=f"{payment.gateway_id}-{kind}",
        amount=amount,
        currency=payment.currency,
        occurred_at=when,
        created_at=when,
    )


def _refunded(order: Order, lines: Sequence[OrderLine], row: Row) -> Decimal:
    if order.payment_status == PaymentStatus.REFUNDED:
        return Decimal(order.total)
    return sum((lines[place].total for place in row["refund_lines"]), ZERO)


def _ask_back(payment: Payment, amount: Decimal, row: Row, when: datetime) -> None:
    """A refund that waits for somebody to approve it."""
    Refund.objects.create(
        number=next_number("REF", at=when),
        payment=payment,
        amount=amount,
        currency=payment.currency,
        reason=row["reason_es"],
        requested_by=User.objects.get(email=row["requested_by"]),
        idempotency_key=f"refund-{payment.idempotency_key}",
        created_at=when,
    )
    Payment.objects.filter(pk=payment.pk).update(refund_reserved=amount)


def _refund(payment: Payment, amount: Decimal, row: Row, when: datetime) -> None:
    Refund.objects.create(
        number=next_number("REF", at=when),
        payment=payment,
        amount=amount,
        currency=payment.currency,
        reason=row.get("reason_es", ""),
        state=RefundState.SUCCEEDED,
        approved_by=User.objects.get(email=_FINANCE),
        idempotency_key=f"refund-{payment.idempotency_key}",
        gateway_reference=f"{payment.gateway_id}-{LedgerKind.REFUND}",
        submitted_at=when,
        completed_at=when,
        created_at=when,
    )
    Payment.objects.filter(pk=payment.pk).update(refund_reserved=amount)
    _fact(payment, LedgerKind.REFUND, amount, when)


def _dispute(payment: Payment, row: Row, when: datetime) -> None:
    _fact(payment, LedgerKind.CHARGEBACK, payment.amount, when)
    Dispute.objects.create(
        payment=payment,
        provider=payment.gateway,
        reference=f"{payment.gateway_id}-{LedgerKind.CHARGEBACK}",
        state=DisputeState.NEEDS_RESPONSE,
        amount=payment.amount,
        currency=payment.currency,
        reason=row.get("reason_es", ""),
        respond_by=when + timedelta(days=30),
        created_at=when,
    )
