"""Transfers between warehouses: units sent and not yet received are in transit."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.exceptions import InvalidTransition
from inventory.exceptions import NothingToSend, NotInTransit, WrongArrival
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
    """Create a draft, with or without lines. Nothing moves yet."""
    if min(quantities.values(), default=1) <= 0:
        raise ValueError("Transfers are of whole units.")
    transfer = Transfer.objects.create(
        origin_id=origin_id, destination_id=destination_id, created_by_id=actor_id, note=note
    )
    put_in_transfer(transfer.pk, quantities)
    return transfer


@transaction.atomic
def put_in_transfer(transfer_id: UUID, quantities: Mapping[UUID, int]) -> None:
    """
    Set the units of each variant in a draft; 0 removes the line.

    :raises InvalidTransition: if it is not a draft
    """
    transfer = _draft(transfer_id)
    out = [variant_id for variant_id, units in quantities.items() if not units]
    transfer.lines.filter(variant__in=out).delete()
    TransferLine.objects.bulk_create(
        [
            TransferLine(transfer=transfer, variant_id=variant_id, quantity=units)
            for variant_id, units in quantities.items()
            if units
        ],
        update_conflicts=True,
        unique_fields=["transfer", "variant"],
        update_fields=["quantity"],
    )


@transaction.atomic
def put_more(transfer_id: UUID, variant_id: UUID) -> int:
    """
    Add a scanned unit to a draft; returns the variant's units in it.

    :raises InvalidTransition: if it is not a draft
    """
    line = _draft(transfer_id).lines.filter(variant=variant_id).first()
    quantity = (line.quantity if line else 0) + 1
    put_in_transfer(transfer_id, {variant_id: quantity})
    return quantity


@transaction.atomic
def receive_more(transfer_id: UUID, variant_id: UUID, *, actor_id: UUID | None = None) -> int:
    """
    Receive a scanned unit at the destination; returns how many of the variant have arrived.

    :raises NotInTransit: if it has not left, or has ended
    :raises WrongArrival: if more than were sent would have arrived
    """
    line = _in_transit(transfer_id).lines.filter(variant=variant_id).first()
    received = (line.received if line else 0) + 1
    receive_transfer(transfer_id, {variant_id: received}, actor_id=actor_id)
    return received


@transaction.atomic
def dispatch_transfer(transfer_id: UUID, *, actor_id: UUID | None = None) -> None:
    """
    Take the units out of the origin, all or none. Idempotent.

    :raises OutOfStock: if some units are not available
    :raises InvalidTransition: if the transfer is cancelled
    :raises NothingToSend: if it has no line
    """
    transfer = _locked(transfer_id)
    if transfer.status in (TransferStatus.IN_TRANSIT, TransferStatus.RECEIVED):
        return
    if not transfer.lines.exists():
        raise NothingToSend(
            _("The transfer has no units yet: scan the goods or enter their units.")
        )
    transfer.dispatched_at = timezone.now()
    transfer.move_to(TransferStatus.IN_TRANSIT)
    quantities = {line.variant_id: line.quantity for line in transfer.lines.all()}
    moves.take_free(transfer.origin_id, quantities, _cause(transfer, actor_id))


@transaction.atomic
def receive_transfer(
    transfer_id: UUID, arrived: Mapping[UUID, int], *, actor_id: UUID | None = None
) -> None:
    """
    Put arrived units on hand at the destination; `arrived` counts all units so far.

    Totals make it idempotent. The transfer ends with its last unit, or by `close_transfer`.

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
                _("Enter between %(least)s and %(most)s arrived units.")
                % {"least": line.received, "most": line.quantity}
            )
        if units > line.received:
            fresh[variant_id, transfer.destination_id] = units - line.received
            line.received = units
    TransferLine.objects.bulk_update(lines.values(), ["received"])
    if fresh:
        moves.move(fresh, MovementKind.TRANSFER_IN, _cause(transfer, actor_id))
    if not any(line.missing for line in lines.values()):
        _end(transfer)


@transaction.atomic
def close_transfer(transfer_id: UUID) -> int:
    """
    End a transfer of which no more will arrive; returns the units lost in transit.

    They have left the origin's stock already; the transfer's lines still show them.

    :raises NotInTransit: if it has not left, or has ended
    """
    transfer = _in_transit(transfer_id)
    _end(transfer)
    return sum(line.missing for line in transfer.lines.all())


@transaction.atomic
def cancel_transfer(transfer_id: UUID) -> None:
    """
    Cancel a transfer that has not left.

    :raises InvalidTransition: if it has
    """
    _locked(transfer_id).move_to(TransferStatus.CANCELLED)


def _locked(transfer_id: UUID) -> Transfer:
    return Transfer.objects.select_for_update().get(pk=transfer_id)


def _draft(transfer_id: UUID) -> Transfer:
    transfer = _locked(transfer_id)
    if transfer.status != TransferStatus.DRAFT:
        raise InvalidTransition(_("This transfer has already been dispatched or cancelled."))
    return transfer


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
