"""Answers to a return: the seller's yes or no, and the customer's withdrawal."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orders import services as orders
from orders.models import OrderEventKind
from outbox.services import publish
from returns.events import ReturnApproved, ReturnRejected
from returns.exceptions import MessageMissing, NotThisStep
from returns.models import Return
from returns.services import receiving
from returns.services.steps import locked
from returns.states import ReturnStatus


@transaction.atomic
def approve(
    return_id: UUID, *, actor_id: UUID, message: str = "", instructions: str = ""
) -> Return:
    """
    Approve the return and mail the customer how to send it.

    :raises NotThisStep: if it is answered already
    """
    _order, request = locked(return_id)
    if request.status != ReturnStatus.REQUESTED:
        raise NotThisStep(_("This return is answered already."))
    request.instructions = instructions.strip()
    _answer(request, ReturnStatus.APPROVED, message, actor_id)
    publish(ReturnApproved(return_id=str(request.pk)))
    return request


@transaction.atomic
def reject(return_id: UUID, *, actor_id: UUID, message: str) -> Return:
    """
    Say no, before the goods are sent or when they have been looked at.

    Goods that have arrived go back to the customer and stay out of stock.

    :raises MessageMissing: without a reason
    :raises NotThisStep: if it is over, or money is on its way for it
    :raises NotOnShelf: if the goods are no longer there
    """
    order, request = locked(return_id)
    if not message.strip():
        raise MessageMissing(_("Write why you do not take it back: the customer reads it."))
    if request.status == ReturnStatus.RECEIVED:
        receiving.give_back(order, request, actor_id=actor_id)
    elif request.status not in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED):
        raise NotThisStep(_("This return is over."))
    _answer(request, ReturnStatus.REJECTED, message, actor_id)
    publish(ReturnRejected(return_id=str(request.pk)))
    return request


@transaction.atomic
def withdraw(return_id: UUID, *, actor_id: UUID | None) -> None:
    """
    The customer keeps the goods, and may request another return. Idempotent.

    :raises NotThisStep: if the goods are here, or the return is over in another way
    """
    _order, request = locked(return_id)
    if request.status == ReturnStatus.WITHDRAWN:
        return
    if request.status not in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED):
        raise NotThisStep(_("This return can no longer be taken back."))
    request.move_to(ReturnStatus.WITHDRAWN)
    _record(request, ReturnStatus.WITHDRAWN, actor_id)


def _answer(request: Return, status: ReturnStatus, message: str, actor_id: UUID) -> None:
    request.staff_message = message.strip()
    request.answered_at = timezone.now()
    request.save(update_fields=["staff_message", "instructions", "answered_at"])
    request.move_to(status)
    _record(request, status, actor_id, message=request.staff_message)


def _record(request: Return, status: ReturnStatus, actor_id: UUID | None, **details: str) -> None:
    orders.record(
        request.order_id,
        OrderEventKind.NOTE,
        actor_id=actor_id,
        note=f"{request.number}: {status.label}",
        details={"return": request.number, **details},
        is_public=False,
    )
