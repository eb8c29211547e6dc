"""Steps of a parcel after its dispatch: tracking, delivery, loss, return."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory import services as inventory
from inventory.models import ReferenceKind
from orders import fulfilment
from orders import services as orders
from orders.models import OrderEventKind
from outbox.services import publish
from shipping import parcels
from shipping.events import (
    ShipmentDelivered,
    ShipmentInTransit,
    ShipmentLost,
    ShipmentReturned,
)
from shipping.exceptions import NotOnItsWay
from shipping.models import Shipment
from shipping.services import planning
from shipping.states import ON_ITS_WAY, ShipmentStatus

_MAY_TURN_UP = (*ON_ITS_WAY, ShipmentStatus.LOST)


@transaction.atomic
def note_transit(
    shipment_id: UUID, *, actor_id: UUID | None, place: str = "", note: str = ""
) -> None:
    """
    Record a sighting of the parcel; each call adds one.

    :raises NotOnItsWay: if it has not left, or its way is over
    """
    parcel = _locked(shipment_id, ON_ITS_WAY)
    if parcel.status != ShipmentStatus.IN_TRANSIT:
        parcel.move_to(ShipmentStatus.IN_TRANSIT)
    parcel.record_event(actor_id, place=place, note=note)
    publish(ShipmentInTransit(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))


@transaction.atomic
def note_details(shipment_id: UUID, *, cost: Decimal | None, tracking_url: str, notes: str) -> None:
    """Store what the parcel costs (in the order's currency), its page at the carrier, and notes."""
    parcel = planning.lock(shipment_id)
    parcel.cost, parcel.tracking_url, parcel.notes = cost, tracking_url, notes
    parcel.save(update_fields=["cost", "tracking_url", "notes"])


@transaction.atomic
def deliver(shipment_id: UUID, *, actor_id: UUID | None, note: str = "") -> None:
    """
    Record the delivery of a parcel, also of one that was lost. Idempotent.

    :raises NotOnItsWay: if it has not left, or is back
    """
    parcel = planning.lock(shipment_id)
    if parcel.status != ShipmentStatus.DELIVERED:
        _check(parcel, _MAY_TURN_UP)
        arrive(parcel, actor_id, note)


def arrive(parcel: Shipment, actor_id: UUID | None, note: str = "") -> None:
    """
    Record the delivery of a locked parcel.

    Units that staff have resent or refunded meanwhile are not counted again.
    """
    parcel.delivered_at = timezone.now()
    parcel.move_to(ShipmentStatus.DELIVERED, saving=["delivered_at"])
    parcel.record_event(actor_id, note=note)
    if not parcel.decision:
        fulfilment.count_delivered(parcel.order_id, parcels.lines_in(parcel))
    orders.record(
        parcel.order_id,
        OrderEventKind.DELIVERED,
        actor_id=actor_id,
        details=parcels.timeline_data(parcel),
    )
    publish(ShipmentDelivered(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))


@transaction.atomic
def lose(shipment_id: UUID, *, actor_id: UUID | None, note: str = "") -> None:
    """
    Record the loss of a parcel and its units; staff decide what to do.

    :raises NotOnItsWay: if it has not left, or its way is over
    """
    parcel = _locked(shipment_id, ON_ITS_WAY)
    parcel.move_to(ShipmentStatus.LOST)
    parcel.record_event(actor_id, note=note)
    _tell_staff(parcel, actor_id, _("%s is lost: send it again or refund it."))
    publish(ShipmentLost(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))


@transaction.atomic
def bring_back(shipment_id: UUID, *, actor_id: UUID | None) -> None:
    """
    Put the units of a parcel that did not arrive on the shelf of its warehouse, for sale.

    Damaged ones are written off there. What arrived comes back as a return instead.

    :raises NotOnItsWay: if it has not left, has arrived, or is back already
    """
    parcel = _locked(shipment_id, _MAY_TURN_UP)
    parcel.move_to(ShipmentStatus.RETURNED)
    parcel.record_event(actor_id)
    units = parcels.units_in([parcel])[parcel.pk]
    inventory.restock(
        {(variant_id, parcel.warehouse_id): number for variant_id, number in units.items()},
        reference=parcel.pk,
        reference_kind=ReferenceKind.SHIPMENT,
        actor_id=actor_id,
        note=parcel.number,
    )
    _tell_staff(parcel, actor_id, _("%s came back: send it again or refund it."))
    publish(ShipmentReturned(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))


def _locked(shipment_id: UUID, allowed: tuple[ShipmentStatus, ...]) -> Shipment:
    parcel = planning.lock(shipment_id)
    _check(parcel, allowed)
    return parcel


def _check(parcel: Shipment, allowed: tuple[ShipmentStatus, ...]) -> None:
    if parcel.status in allowed:
        return
    if parcel.status == ShipmentStatus.DELIVERED:
        raise NotOnItsWay(_("This parcel has arrived: it comes back as a return."))
    reason = _("This parcel is %s: that step is not possible.")
    raise NotOnItsWay(reason % parcel.get_status_display())


def _tell_staff(parcel: Shipment, actor_id: UUID | None, text: str) -> None:
    """In the order's timeline, unless it has been decided what becomes of the units."""
    if parcel.decision:
        return
    orders.record(
        parcel.order_id,
        OrderEventKind.NOTE,
        actor_id=actor_id,
        note=(text % parcel)[:255],
        details={"shipment": str(parcel.pk)},
        is_public=False,
    )
