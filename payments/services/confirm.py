"""Money that staff have seen arrive, and payments that staff have looked into."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.locks import advisory_lock
from core.money import quantize
from orders import services as orders
from orders.models import Order, OrderEventKind
from payments.exceptions import OrderNotPayable, ReferenceUsed
from payments.models import (
    LedgerEntry,
    LedgerKind,
    Payment,
    TransferConfirmation,
)
from payments.services.payment_status import recompute
from payments.states import PaymentState


@transaction.atomic
def record_manual_capture(
    payment_id: UUID, *, amount: Decimal, bank_reference: str, actor_id: UUID
) -> Payment:
    """
    Confirm a bank transfer or cash. Another amount than asked for goes under review.

    :raises ReferenceUsed: if another payment was confirmed with this reference
    :raises OrderNotPayable: if the payment is not one by hand, or has its money already
    """
    payment = locked(payment_id)
    amount = quantize(amount, payment.currency)
    if payment.gateway != "manual" or payment.captured > 0 or amount <= 0:
        raise OrderNotPayable(_("This payment cannot be confirmed by hand."))
    reference = bank_reference.strip() or payment.number
    check_unused(payment, reference)
    payment.bank_reference = reference
    payment.save(update_fields=["bank_reference"])
    note_capture(payment, amount, reference)
    orders.record(
        payment.order_id,
        OrderEventKind.NOTE,
        actor_id=actor_id,
        note=_("Payment confirmed by hand"),
        details={"payment": payment.number, "reference": reference, "amount": str(amount)},
        is_public=False,
    )
    recompute(payment.order_id)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def accept_reviewed(payment_id: UUID, *, actor_id: UUID, note: str) -> Payment:
    """
    Staff take money that did not fit what was asked: it counts from now on.

    :raises OrderNotPayable: if the provider speaks of money that nothing tells of, or it came in
        a currency that the order is not in
    :raises InvalidTransition: if the payment is not under review
    """
    payment = locked(payment_id)
    if payment.captured <= 0:
        raise OrderNotPayable(_("No money has come by this payment: ask its provider about it."))
    if other := payment.ledger.exclude(currency=payment.currency).first():
        reason = _("The money came in %(currency)s: give it back at the provider.")
        raise OrderNotPayable(reason % {"currency": other.currency})
    payment.move_to(PaymentState.CAPTURED)
    orders.record(
        payment.order_id, OrderEventKind.NOTE, actor_id=actor_id, note=note, is_public=False
    )
    recompute(payment.order_id)
    return payment


def locked(payment_id: UUID) -> Payment:
    """The payment, locked after its order."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    Order.objects.locked().get(pk=order_id)
    return Payment.objects.locked().get(pk=payment_id)


def check_unused(payment: Payment, reference: str) -> None:
    """
    One of the staff at a time for each of the bank's references, until the transaction ends.

    :raises ReferenceUsed: if it stands for another payment
    """
    advisory_lock("bank reference", reference)
    used = Payment.objects.filter(bank_reference=reference).exclude(pk=payment.pk)
    waiting = TransferConfirmation.objects.filter(bank_reference=reference)
    if used.exists() or waiting.exclude(payment=payment).exists():
        raise ReferenceUsed(_("This bank reference belongs to another payment."))


def note_capture(payment: Payment, amount: Decimal, reference: str) -> None:
    """
    Write money down that no provider tells of. Call it under the locks of order and payment.

    Another amount than asked for goes under review.
    """
    is_right = amount == payment.amount
    LedgerEntry.objects.create(
        payment=payment,
        provider=payment.gateway,
        kind=LedgerKind.CAPTURE,
        reference=reference,
        amount=amount,
        currency=payment.currency,
        is_accepted=is_right,
        occurred_at=timezone.now(),
    )
    payment.refresh_from_db()
    payment.captured_at = timezone.now()
    payment.save(update_fields=["captured_at"])
    payment.move_to(PaymentState.CAPTURED if is_right else PaymentState.REVIEW)
