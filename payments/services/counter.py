"""Money that is taken over the counter, or seen to have come, when the goods are handed over."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core.ids import uuid7
from orders import services as orders
from orders.selectors import locked
from payments.models import Gateway, Payment
from payments.numbers import next_number
from payments.services.transfers import record_manual_capture
from payments.states import PaymentState


@transaction.atomic
def take_at_counter(
    order_id: UUID, *, amount: Decimal, code: str, name: str, reference: str, actor_id: UUID
) -> Payment:
    """
    Record that an order is paid now; `reference` is the terminal's or the bank's.

    :raises ReferenceUsed: if another payment has this reference
    """
    orders.choose_payment_method(order_id, code=code, name=name)
    order = locked(order_id)
    key = uuid7()
    payment = Payment.objects.create(
        id=key,
        number=next_number("TXN"),
        order=order,
        gateway=Gateway.MANUAL,
        state=PaymentState.OPEN,
        idempotency_key=f"payment-{key}",
        amount=amount,
        currency=order.currency,
    )
    return record_manual_capture(
        payment.pk, amount=amount, bank_reference=reference, actor_id=actor_id
    )
