from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.ids import uuid7
from orders import services as orders
from orders.amounts import NewLine
from orders.models import Order
from payments.models import LedgerEntry, LedgerKind, Payment, Refund
from payments.states import PaymentState, RefundState
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place


def sold(*lines: NewLine, **fields: Any) -> Order:
    """A paid order of these lines, or of two units of something; its money is in no ledger."""
    order = place(*(lines or [new_line(stocked(9), 2)]), **fields)
    orders.mark_paid(order.pk)
    order.refresh_from_db()
    return order


def money_in(order: Order, amount: Decimal | None = None) -> Payment:
    """A payment for the order, of its total or of that amount."""
    key = uuid7()
    payment = Payment.objects.create(
        id=key,
        number=f"TXN-{key.hex[-20:]}",
        order=order,
        gateway="manual",
        idempotency_key=str(key),
        amount=amount or order.total,
        currency=order.currency,
        state=PaymentState.EXPIRED,
    )
    enter(payment, LedgerKind.CAPTURE, payment.amount)
    return payment


def money_back(payment: Payment, amount: Decimal) -> Refund:
    """A refund that has arrived."""
    key = uuid7()
    enter(payment, LedgerKind.REFUND, amount)
    return Refund.objects.create(
        id=key,
        number=f"REF-{key}"[:30],
        payment=payment,
        amount=amount,
        currency=payment.currency,
        reason="Llegó roto",
        state=RefundState.EXTERNAL,
        idempotency_key=str(key),
    )


def enter(payment: Payment, kind: LedgerKind, amount: Decimal) -> None:
    """A fact of the ledger about the payment, of now."""
    LedgerEntry.objects.create(
        payment=payment,
        provider="manual",
        kind=kind,
        reference=str(uuid7()),
        amount=amount,
        currency=payment.currency,
        occurred_at=timezone.now(),
    )
