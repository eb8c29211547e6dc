"""Units on their way between warehouses: what is sent and has not arrived is in transit."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.exceptions import NotInTransit, WrongArrival
from inventory.models import MovementKind, ReferenceKind, Transfer, TransferLine
from inventory.services import moves
from inventory.services.ledger import Cause
from inventory.states import TransferStatus


@transaction.atomic
def draft_transfer(
    *,
    origin_id: UUID,
    destination_id: UUID,
    quantities: Mapping[UUID, int],
    actor_id: UUID | None = None,
    note: str = "",
) -> Transfer:
    """Write down what is to go where. Nothing moves yet."""
    if not quantities or min(quantities.values()) <= 0:
        raise ValueError("Transfers are of whole units.")
    transfer = Transfer.objects.create(
        origin_id=origin_id, destination_id=destination_id, created_by_id=actor_id, note=note
    )
    TransferLine.objects.bulk_create(
        TransferLine(transfer=transfer, variant_id=variant_id, quantity=quantity)
        for variant_id, quantity in quantities.items()
    )
    return transfer


@transaction.atomic
def dispatch_transfer(transfer_id: UUID, *, actor_id: UUID | None = None) -> None:
    """
    Let the units leave the origin, whole or not at all. Twice is once.

    :raises OutOfStock: if some of them are sold, held or not there
    :raises InvalidTransition: if the transfer is cancelled
    """
    transfer = _locked(transfer_id)
    if transfer.status in (TransferStatus.IN_TRANSIT, TransferStatus.RECEIVED):
        return
    transfer.dispatched_at = timezone.now()
    transfer.move_to(TransferStatus.IN_TRANSIT)
    quantities = {line.variant_id: line.quantity for line in transfer.lines.all()}
    moves.take_free(transfer.origin_id, quantities, _cause(transfer, actor_id))


@transaction.atomic
def receive_transfer(
    transfer_id: UUID, arrived: Mapping[UUID, int], *, actor_id: UUID | None = None
) -> None:
    """
    Put on the destination's shelf what has arrived; `arrived` counts all units so far.

    So the same news twice is once. The transfer ends with its last unit; `close_transfer` ends it
    without.

    :raises NotInTransit: if it has not left, or has ended
    :raises WrongArrival: if a number is above what was sent or below what had arrived
    """
    transfer = _in_transit(transfer_id)
    lines = {line.variant_id: line for line in transfer.lines.order_by("pk").select_for_update()}
    if not arrived.keys() <= lines.keys():
        raise WrongArrival(_("This was not sent."))
    fresh = {}
    for variant_id, units in arrived.items():
        line = lines[variant_id]
        if not line.received <= units <= line.quantity:
            raise WrongArrival(
                _("Between %(least)s and %(most)s units can have arrived.")
                % {"least": line.received, "most": line.quantity}
            )
        if units > line.received:
            fresh[variant_id] = units - line.received
            line.received = units
    TransferLine.objects.bulk_update(lines.values(), ["received"])
    if fresh:
        cause = _cause(transfer, actor_id)
        moves.move(transfer.destination_id, fresh, MovementKind.TRANSFER_IN, cause)
    if not any(line.missing for line in lines.values()):
        _end(transfer)


@transaction.atomic
def close_transfer(transfer_id: UUID) -> int:
    """
    End a transfer of which no more will arrive; gives the units that were lost on the way.

    They have left the origin's books already, and its lines go on telling of them.

    :raises NotInTransit: if it has not left, or has ended
    """
    transfer = _in_transit(transfer_id)
    _end(transfer)
    return sum(line.missing for line in transfer.lines.all())


@transaction.atomic
def cancel_transfer(transfer_id: UUID) -> None:
    """
    Forget a transfer that has not left.

    :raises InvalidTransition: if it has
    """
    _locked(transfer_id).move_to(TransferStatus.CANCELLED)


def _locked(transfer_id: UUID) -> Transfer:
    return Transfer.objects.select_for_update().get(pk=transfer_id)


def _in_transit(transfer_id: UUID) -> Transfer:
    transfer = _locked(transfer_id)
    if transfer.status != TransferStatus.IN_TRANSIT:
        raise NotInTransit(_("This transfer is not on its way."))
    return transfer


def _end(transfer: Transfer) -> None:
    transfer.received_at = timezone.now()
    transfer.move_to(TransferStatus.RECEIVED)


def _cause(transfer: Transfer, actor_id: UUID | None) -> Cause:
    return Cause(
        reference=transfer.pk,
        reference_kind=ReferenceKind.TRANSFER,
        actor_id=actor_id,
        note=transfer.note,
    )
