"""Whether a refund may go: checked under the locks when it is approved and when it is sent."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.money import ZERO
from orders import services as orders
from orders.models import Order, OrderEventKind
from outbox.services import publish
from payments.events import RefundApproved
from payments.exceptions import (
    DisputeOpen,
    RefundExceedsPayment,
    SecondPersonNeeded,
)
from payments.models import Payment, Refund, RefundDestination
from payments.states import GIVEN_UP, RefundState

ON_THEIR_WAY = (RefundState.SUBMITTED, RefundState.PENDING)


@transaction.atomic
def approve_refund(
    refund_id: UUID, *, actor_id: UUID, despite_dispute: str = "", as_credit: bool = False
) -> Refund:
    """
    Let a refund go; it is sent after the commit. `as_credit` makes it store credit, whatever was
    asked for: the money stays with the shop, the customer has agreed. `despite_dispute` is why it
    goes although its payment is disputed.

    :raises SecondPersonNeeded: if the same person asked for it and is no super administrator
    :raises DisputeOpen: while its payment is disputed, unless it is said why it goes all the same
    :raises RefundExceedsPayment: if the bank has taken the money back meanwhile
    :raises InvalidTransition: if it does not wait for approval
    """
    refund = lock(refund_id)
    _note_consent(refund, despite_dispute)
    check_may_go(refund)
    if refund.requested_by_id == actor_id:
        if not User.objects.get(pk=actor_id).is_superuser:
            raise SecondPersonNeeded(_("Somebody else has to approve this refund."))
        refund.is_self_approved = True
    refund.approved_by_id = actor_id
    if as_credit:
        refund.destination, refund.provider_amount = RefundDestination.CREDIT, None
    refund.save(update_fields=["approved_by", "is_self_approved", "destination", "provider_amount"])
    let_go(refund)
    return refund


@transaction.atomic
def send_despite_dispute(refund_id: UUID, *, actor_id: UUID, reason: str) -> Refund:
    """
    Let an approved refund go that waits because its payment is disputed. Any other stays as it is.

    :raises DisputeOpen: if no reason is given
    :raises RefundExceedsPayment: if the bank has taken the money back
    """
    refund = lock(refund_id)
    is_on_its_way = refund.state in (RefundState.APPROVED, RefundState.SUBMITTED)
    if not is_on_its_way or not is_held(refund):
        return refund
    _note_consent(refund, reason)
    check_may_go(refund)
    orders.record(
        refund.payment.order_id,
        OrderEventKind.NOTE,
        actor_id=actor_id,
        note=reason[:255],
        details={"refund": refund.number, "despite_dispute": True},
        is_public=False,
    )
    publish(RefundApproved(refund_id=str(refund.pk)))
    return refund


@transaction.atomic
def reject_refund(refund_id: UUID, *, note: str = "") -> Refund:
    """
    Say no to a refund; what it had reserved is free again.

    :raises InvalidTransition: if it does not wait for approval
    """
    refund = lock(refund_id)
    refund.error_message = note[:255]
    refund.save(update_fields=["error_message"])
    refund.move_to(RefundState.REJECTED)
    recompute_reserved(refund.payment_id)
    return refund


def lock(refund_id: UUID) -> Refund:
    """The refund with its payment, after the order and both are locked."""
    payment = Payment.objects.get(refunds=refund_id)
    Order.objects.locked().get(pk=payment.order_id)
    payment = Payment.objects.locked().get(pk=payment.pk)
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    refund.payment = payment
    return refund


def recompute_reserved(payment_id: UUID) -> None:
    """
    Keep of a payment what its refunds have given back and still will; what is given up is free.

    A refund made at the provider may have taken what was reserved for others.
    """
    live = Refund.objects.filter(payment=payment_id).exclude(state__in=GIVEN_UP)
    total = live.aggregate(total=Sum("amount"))["total"] or ZERO
    Payment.objects.filter(pk=payment_id).update(refund_reserved=Least(F("captured"), total))


def may_go(refund: Refund) -> bool:
    """
    Whether an approved refund may be sent now; call it with the refund of `lock`.

    It waits while its payment is disputed, and is given up if the money is gone.
    """
    try:
        check_may_go(refund)
    except DisputeOpen as dispute:
        refund.error_message = str(dispute)
        refund.save(update_fields=["error_message"])
        return False
    except RefundExceedsPayment as shortage:
        give_up(refund, str(shortage))
        return False
    return True


def is_held(refund: Refund) -> bool:
    """Whether the bank asks for its money, or has it."""
    is_disputed = not refund.despite_dispute and refund.payment.disputes.open().exists()
    return is_disputed or refund.payment.room < 0


def check_may_go(refund: Refund) -> None:
    """
    Refuse to let a refund of `lock` go whose money the bank asks for, or has.

    :raises DisputeOpen: while its payment is disputed, unless staff have said why it goes
    :raises RefundExceedsPayment: if the bank has taken the money back, or a refund that was made at
        the provider
    """
    if refund.payment.room < 0 or refund.amount > _left(refund):
        raise too_much([refund.payment])
    if not refund.despite_dispute:
        check_disputes(refund.payment)


def _left(refund: Refund) -> Decimal:
    """What its payment still has, less what is on its way to the customer. One query."""
    payment = refund.payment
    others = payment.refunds.filter(state__in=ON_THEIR_WAY).exclude(pk=refund.pk)
    on_their_way = others.aggregate(total=Sum("amount"))["total"] or ZERO
    taken = max(payment.charged_back, ZERO)
    return Decimal(payment.captured - payment.refunded - taken - on_their_way)


def give_up_unsent(payment: Payment) -> None:
    """
    The bank has decided for the customer: what was approved meanwhile would go twice.

    Call it under the locks of the order and the payment.
    """
    waiting = payment.refunds.filter(state=RefundState.APPROVED, despite_dispute="")
    for refund in waiting.order_by("pk"):
        give_up(refund, _("Given up: the customer's bank has taken the money back."))


def give_up(refund: Refund, why: str) -> None:
    """Cancel a refund that must not go any more. Call it as `give_up_unsent`."""
    refund.error_message = why
    refund.completed_at = timezone.now()
    refund.save(update_fields=["error_message", "completed_at"])
    refund.move_to(RefundState.CANCELLED)
    recompute_reserved(refund.payment_id)
    orders.record(
        refund.payment.order_id,
        OrderEventKind.NOTE,
        note=refund.error_message,
        details={"refund": refund.number, "amount": str(refund.amount)},
        is_public=False,
    )


def _note_consent(refund: Refund, reason: str) -> None:
    """Only a dispute needs one."""
    if reason.strip() and refund.payment.disputes.open().exists():
        refund.despite_dispute = reason.strip()[:255]
        refund.save(update_fields=["despite_dispute"])


def check_disputes(payment: Payment) -> None:
    if payment.disputes.open().exists():
        raise DisputeOpen(
            _("The bank of this payment's customer asks for the money back: it would go twice.")
        )


def too_much(payments: Iterable[Payment]) -> RefundExceedsPayment:
    if any(payment.charged_back > 0 for payment in payments):
        return RefundExceedsPayment(
            _("The customer's bank has taken this money back: less is left to give back.")
        )
    return RefundExceedsPayment(_("The payment does not have that much left to give back."))


def let_go(refund: Refund) -> None:
    refund.move_to(RefundState.APPROVED)
    publish(RefundApproved(refund_id=str(refund.pk)))
