"""Withdrawal of a return: the customer keeps the goods."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from orders import services as orders
from orders.models import OrderEventKind
from returns.exceptions import NotThisStep
from returns.services.steps import locked, move
from returns.states import ReturnStatus


@transaction.atomic
def withdraw(return_id: UUID, *, actor_id: UUID | None) -> None:
    """
    Withdraw the return; the customer may request another one. Idempotent.

    :raises NotThisStep: if they are here, or the return is over in another way
    """
    _order, request = locked(return_id)
    if request.status == ReturnStatus.WITHDRAWN:
        return
    if request.status not in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED):
        raise NotThisStep(_("This return can no longer be taken back."))
    move(request, ReturnStatus.WITHDRAWN)
    orders.record(
        request.order_id,
        OrderEventKind.NOTE,
        actor_id=actor_id,
        note=f"{request.number}: {ReturnStatus.WITHDRAWN.label}",
        details={"return": request.number},
        is_public=False,
    )
