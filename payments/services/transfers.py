"""Money that staff confirm: bank transfers, cash, and payments under review."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import IO
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext as _

from core.formats import money
from core.locks import advisory_lock
from core.money import quantize
from core.web.uploads import clean_paper
from inventory.exceptions import NothingHeld
from orders import selectors
from orders import services as orders
from orders.models import OrderEventKind
from orders.states import OrderStatus
from payments.exceptions import OrderNotPayable, ReferenceUsed, SecondPersonNeeded
from payments.models import Payment, TransferConfirmation, TransferProof
from payments.services.ledger import record_capture
from payments.services.settle import settle_order
from payments.states import PaymentState

MAX_PROOFS = 5


@transaction.atomic
def record_manual_capture(
    payment_id: UUID, *, amount: Decimal, bank_reference: str, actor_id: UUID
) -> Payment:
    """
    Record a bank transfer or cash. An amount other than the one asked for goes under review.

    :raises ReferenceUsed: if another payment was confirmed with this reference
    :raises OrderNotPayable: if the payment is not one by hand, or has its money already
    """
    payment = Payment.objects.lock_with_order(payment_id)
    amount = quantize(amount, payment.currency)
    if payment.gateway != "manual" or payment.captured > 0 or amount <= 0:
        raise OrderNotPayable(_("This payment cannot be confirmed by hand."))
    reference = bank_reference.strip() or payment.number
    _check_unused(payment, reference)
    payment.bank_reference = reference
    payment.save(update_fields=["bank_reference"])
    record_capture(payment, amount, reference)
    details = {"payment": payment.number, "reference": reference, "amount": str(amount)}
    _record_note(payment, _("Payment confirmed by hand"), actor_id, details)
    settle_order(payment.order_id)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def accept_reviewed(payment_id: UUID, *, actor_id: UUID, note: str) -> Payment:
    """
    Accept money that was not what was asked for: it counts from now on.

    :raises OrderNotPayable: if no capture is known, or it came in a currency other than the order's
    :raises InvalidTransition: if the payment is not under review
    """
    payment = Payment.objects.lock_with_order(payment_id)
    if payment.captured <= 0:
        raise OrderNotPayable(_("No money has come by this payment: ask its provider about it."))
    if other := payment.ledger.exclude(currency=payment.currency).first():
        reason = _("The money came in %(currency)s: give it back at the provider.")
        raise OrderNotPayable(reason % {"currency": other.currency})
    payment.move_to(PaymentState.CAPTURED)
    _record_note(payment, note, actor_id)
    settle_order(payment.order_id)
    return payment


@transaction.atomic
def confirm_transfer(
    payment_id: UUID, *, amount: Decimal, bank_reference: str, actor_id: UUID
) -> Payment:
    """
    Confirm money that one of the staff has seen at the bank or in the till. From
    TRANSFER_SECOND_PERSON_FROM on it counts once a second person has seen the same.

    :raises SecondPersonNeeded: if the same person confirms again, or the two saw different things
    :raises ReferenceUsed, OrderNotPayable: as `record_manual_capture`
    """
    payment = Payment.objects.lock_with_order(payment_id)
    amount, reference = quantize(amount, payment.currency), bank_reference.strip()
    limit = config.TRANSFER_SECOND_PERSON_FROM
    if limit and amount >= limit and not _is_seconded(payment, amount, reference, actor_id):
        return payment
    return record_manual_capture(
        payment_id, amount=amount, bank_reference=reference, actor_id=actor_id
    )


def _is_seconded(payment: Payment, amount: Decimal, reference: str, actor_id: UUID) -> bool:
    """Whether this is the second person who has seen it; the first one's word is recorded."""
    first = TransferConfirmation.objects.filter(payment=payment).first()
    if first is None:
        _check_unused(payment, reference)
        TransferConfirmation.objects.create(
            payment=payment, confirmed_by_id=actor_id, amount=amount, bank_reference=reference
        )
        note = _("Transfer seen by one person: a second one has to see it.")
        _record_note(payment, note, actor_id, {"payment": payment.number})
        return False
    if first.confirmed_by_id == actor_id:
        raise SecondPersonNeeded(_("You have seen it already: a second person has to look."))
    if (first.amount, first.bank_reference) != (amount, reference):
        raise SecondPersonNeeded(
            _("The first person noted %(amount)s with the reference %(reference)s: look again.")
            % {"amount": money(first.amount, payment.currency), "reference": first.bank_reference}
        )
    first.seconded_by_id = actor_id
    first.save(update_fields=["seconded_by"])
    return True


@transaction.atomic
def withdraw_confirmation(payment_id: UUID, *, actor_id: UUID) -> None:
    """Withdraw the confirmation of the first person, who was wrong; idempotent."""
    payment = Payment.objects.lock_with_order(payment_id)
    waiting = TransferConfirmation.objects.filter(payment=payment, seconded_by=None)
    if waiting.delete()[0]:
        _record_note(payment, _("The transfer was not seen after all."), actor_id)


@transaction.atomic
def refuse_proof(payment_id: UUID, *, reason: str, actor_id: UUID) -> None:
    """
    Reject the proof of a transfer; the shopper is told why and can pay again.

    :raises OrderNotPayable: if no transfer is awaited
    """
    payment = _lock_awaited_transfer(payment_id)
    payment.error_message = reason[:255]
    payment.save(update_fields=["error_message"])
    payment.move_to(PaymentState.FAILED)
    orders.record(
        payment.order_id,
        OrderEventKind.PAYMENT_FAILED,
        actor_id=actor_id,
        note=reason,
        details={"payment": payment.number},
    )
    settle_order(payment.order_id)


@transaction.atomic
def add_proof(payment_id: UUID, file: IO[bytes]) -> TransferProof:
    """
    Save a shopper's proof of transfer for staff. From then on the order holds
    its units for the whole time of the payment method.

    :raises FileRefused: if it is no picture and no PDF, or too large
    :raises OrderNotPayable: if no transfer is awaited, or there are enough proofs
    """
    paper = clean_paper(file)
    payment = _lock_awaited_transfer(payment_id)
    if payment.proofs.count() >= MAX_PROOFS:
        raise OrderNotPayable(_("We have enough files of yours and will look at them."))
    proof = TransferProof.objects.create(payment=payment, file=paper)
    orders.record(
        payment.order_id, OrderEventKind.PROOF_RECEIVED, details={"payment": payment.number}
    )
    _extend_hold(payment)
    return proof


def _record_note(
    payment: Payment, note: str, actor_id: UUID, details: dict[str, str] | None = None
) -> None:
    """In the order's history, for staff alone."""
    orders.record(
        payment.order_id,
        OrderEventKind.NOTE,
        actor_id=actor_id,
        note=note,
        details=details,
        is_public=False,
    )


def _lock_awaited_transfer(payment_id: UUID) -> Payment:
    """:raises OrderNotPayable: if no transfer is awaited"""
    payment = Payment.objects.lock_with_order(payment_id)
    if payment.gateway != "manual" or not payment.is_live or payment.captured > 0:
        raise OrderNotPayable(_("No transfer is awaited for this order any more."))
    return payment


def _extend_hold(payment: Payment) -> None:
    """Without a hold the money still decides: paying reserves what it can."""
    order = selectors.locked(payment.order_id)
    if payment.method is None or order.status != OrderStatus.PENDING:
        return
    until = order.placed_at + timedelta(minutes=payment.method.hold_minutes)
    with suppress(NothingHeld):
        orders.extend(order.pk, until=until)
    if payment.expires_at and payment.expires_at < until:
        payment.expires_at = until
        payment.save(update_fields=["expires_at"])


def _check_unused(payment: Payment, reference: str) -> None:
    """
    Lock the bank's reference until the transaction ends.

    :raises ReferenceUsed: if it belongs to another payment
    """
    advisory_lock("bank reference", reference)
    used = Payment.objects.filter(bank_reference=reference).exclude(pk=payment.pk)
    waiting = TransferConfirmation.objects.filter(bank_reference=reference)
    if used.exists() or waiting.exclude(payment=payment).exists():
        raise ReferenceUsed(_("This bank reference belongs to another payment."))
