"""Bank transfers: what shoppers show of them, and what one or two of the staff have seen."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import IO
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext as _

from core.formats import money
from core.money import quantize
from core.web.uploads import clean_paper
from inventory.exceptions import NothingHeld
from orders import selectors
from orders import services as orders
from orders.models import OrderEventKind
from orders.states import OrderStatus
from payments.exceptions import OrderNotPayable, SecondPersonNeeded
from payments.models import Payment, TransferConfirmation, TransferProof
from payments.services.confirm import check_unused, locked, record_manual_capture
from payments.services.payment_status import recompute
from payments.states import PaymentState

MAX_PROOFS = 5


@dataclass(frozen=True)
class _Seen:
    amount: Decimal
    reference: str


@transaction.atomic
def confirm_transfer(
    payment_id: UUID, *, amount: Decimal, bank_reference: str, actor_id: UUID
) -> Payment:
    """
    Note what one of the staff has seen at the bank or in the till; another amount than asked for
    goes under review. From the shop's limit on it counts once a second person has seen the same.

    :raises SecondPersonNeeded: if the same person comes again, or they have seen different things
    :raises ReferenceUsed, OrderNotPayable: as `record_manual_capture`
    """
    payment = locked(payment_id)
    seen = _Seen(quantize(amount, payment.currency), bank_reference.strip())
    limit = config.TRANSFER_SECOND_PERSON_FROM
    if limit and seen.amount >= limit and not _is_seconded(payment, seen, actor_id):
        return payment
    return record_manual_capture(
        payment_id, amount=seen.amount, bank_reference=seen.reference, actor_id=actor_id
    )


def _is_seconded(payment: Payment, seen: "_Seen", actor_id: UUID) -> bool:
    """Whether this is the second person who has seen it; the first one's word is written down."""
    first = TransferConfirmation.objects.filter(payment=payment).first()
    if first is None:
        check_unused(payment, seen.reference)
        TransferConfirmation.objects.create(
            payment=payment,
            confirmed_by_id=actor_id,
            amount=seen.amount,
            bank_reference=seen.reference,
        )
        orders.record(
            payment.order_id,
            OrderEventKind.NOTE,
            actor_id=actor_id,
            note=_("Transfer seen by one person: a second one has to see it."),
            details={"payment": payment.number},
            is_public=False,
        )
        return False
    if first.confirmed_by_id == actor_id:
        raise SecondPersonNeeded(_("You have seen it already: a second person has to look."))
    if (first.amount, first.bank_reference) != (seen.amount, seen.reference):
        raise SecondPersonNeeded(
            _("The first person noted %(amount)s with the reference %(reference)s: look again.")
            % {"amount": money(first.amount, payment.currency), "reference": first.bank_reference}
        )
    first.seconded_by_id = actor_id
    first.save(update_fields=["seconded_by"])
    return True


@transaction.atomic
def withdraw_confirmation(payment_id: UUID, *, actor_id: UUID) -> None:
    """Take back the word of the first person, who was wrong. Twice is once."""
    payment = locked(payment_id)
    waiting = TransferConfirmation.objects.filter(payment=payment, seconded_by=None)
    if waiting.delete()[0]:
        note = _("The transfer was not seen after all.")
        orders.record(
            payment.order_id, OrderEventKind.NOTE, actor_id=actor_id, note=note, is_public=False
        )


@transaction.atomic
def refuse_proof(payment_id: UUID, *, reason: str, actor_id: UUID) -> None:
    """
    Reject the proof of a transfer; the shopper is told why and can pay again.

    :raises OrderNotPayable: if no transfer is awaited
    """
    payment = locked(payment_id)
    if payment.gateway != "manual" or not payment.is_live or payment.captured > 0:
        raise OrderNotPayable(_("No transfer is awaited for this order any more."))
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
    recompute(payment.order_id)


@transaction.atomic
def keep_proof(payment_id: UUID, file: IO[bytes]) -> TransferProof:
    """
    Save a shopper's proof of transfer for staff. From then on the order holds
    its units for the whole time of the payment method.

    :raises FileRefused: if it is no picture and no PDF, or too large
    :raises OrderNotPayable: if no transfer is awaited, or there are enough proofs
    """
    paper = clean_paper(file)
    payment = locked(payment_id)
    if payment.gateway != "manual" or not payment.is_live or payment.captured > 0:
        raise OrderNotPayable(_("No transfer is awaited for this order any more."))
    if payment.proofs.count() >= MAX_PROOFS:
        raise OrderNotPayable(_("We have enough files of yours and will look at them."))
    proof = TransferProof.objects.create(payment=payment, file=paper)
    orders.record(
        payment.order_id, OrderEventKind.PROOF_RECEIVED, details={"payment": payment.number}
    )
    _hold_longer(payment)
    return proof


def _hold_longer(payment: Payment) -> None:
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
