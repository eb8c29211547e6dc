"""Pack and send in one step, for shops that check no parcel by scanner."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from core.exceptions import DomainError
from shipping.models import Shipment
from shipping.services import carrier_bookings, dispatching, packing, planning, scanning
from shipping.states import ShipmentStatus

IS_COLLECTED = gettext_lazy("Packed: its buyer gets the code and collects it.")
AWAITS_LABEL = gettext_lazy("Packed: send it when its carrier has answered with the label.")


@dataclass
class Outcome:
    """Of many parcels: those that wait packed, and those that stay as they were; each with why."""

    waiting: dict[UUID, str] = field(default_factory=dict)
    refused: dict[UUID, str] = field(default_factory=dict)


def pack_and_send(
    shipment_ids: Iterable[UUID],
    *,
    actor_id: UUID,
    carrier_id: UUID | None = None,
    tracking: Mapping[UUID, str] | None = None,
) -> Outcome:
    """
    Pack and send these parcels, each in its own transaction. Call it outside of any transaction.

    `tracking` has the tracking numbers by parcel. A parcel that has left meanwhile is no refusal.
    """
    outcome = Outcome()
    for shipment_id in sorted(set(shipment_ids)):
        number = (tracking or {}).get(shipment_id, "")
        try:
            waits = pack_and_send_one(
                shipment_id, actor_id=actor_id, carrier_id=carrier_id, tracking_number=number
            )
        except DomainError as refusal:
            outcome.refused[shipment_id] = str(refusal)
        else:
            if waits:
                outcome.waiting[shipment_id] = waits
    return outcome


@transaction.atomic
def pack_and_send_one(
    shipment_id: UUID, *, actor_id: UUID, carrier_id: UUID | None = None, tracking_number: str = ""
) -> str:
    """
    Pack the parcel and send it; returns why it waits packed instead, if it does.

    A parcel for pickup waits for its buyer; one of a carrier with an API, for the carrier's answer.
    One that has left already stays as it is.

    :raises BeingPacked: if somebody else counts units into it
    :raises DomainError: if it may not be packed or sent, as `packing.pack` and
        `dispatching.dispatch_one` have it
    """
    parcel = planning.lock(shipment_id)
    if parcel.has_left:
        return ""
    scanning.check_alone(parcel, actor_id)
    packing.pack(shipment_id, actor_id)
    if parcel.is_pickup:
        return str(IS_COLLECTED)
    dispatching.relabel(shipment_id, carrier_id=carrier_id, tracking_number=tracking_number)
    if carrier_bookings.awaits_booking(shipment_id):
        return str(AWAITS_LABEL)
    dispatching.dispatch_one(shipment_id, actor_id=actor_id)
    return ""


def obstacles(parcels: Sequence[Shipment], actor_id: UUID) -> dict[UUID, str]:
    """
    Why some of these parcels would stay, as far as it can be told without trying.

    Needs their orders and warehouses; one query for each parcel that somebody is packing.
    """
    found = {}
    for parcel in parcels:
        try:
            packing.check_waits(parcel)
            packing.check_may_ship(parcel.order)
            packing.check_is_ours(parcel)
            scanning.check_alone(parcel, actor_id)
        except DomainError as refusal:
            found[parcel.pk] = str(refusal)
        else:
            if parcel.is_pickup and parcel.status == ShipmentStatus.PACKED:
                found[parcel.pk] = str(dispatching.IS_FETCHED)
    return found
