"""Dispatch parcels: the only way by which sold units leave the stock."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.locks import advisory_lock
from inventory import services as inventory
from orders import fulfilment
from orders import services as orders
from orders.models import OrderEventKind
from outbox.services import publish
from shipping import parcels
from shipping.events import ShipmentDispatched
from shipping.exceptions import OrderHasChanged, TrackingNumberTaken
from shipping.models import Carrier, Shipment
from shipping.services import packing, planning, tracking
from shipping.states import ShipmentStatus

_LABEL = ("carrier", "tracking_number", "tracking_url", "metadata")

IS_FETCHED = gettext_lazy("For pickup: hand it over against the buyer's code.")


@transaction.atomic
def dispatch_one(
    shipment_id: UUID,
    *,
    actor_id: UUID | None,
    carrier_id: UUID | None = None,
    carrier_name: str = "",
    tracking_number: str = "",
    by_supplier: bool = False,
) -> None:
    """
    Dispatch one parcel, in one transaction:

    1. `planning.lock`: order and parcel are locked.
    2. `packing.check_…`: the parcel has not left, its order may ship, and the contents still match.
    3. `_set_label`: carrier and tracking number.
    4. `inventory.dispatch`: the units leave their levels by `dispatch` movements.
    5. `fulfilment.count_shipped`: the order lines count them, and give the fulfilment status.
    6. The parcel becomes shipped, and the order processing.
    7. `ShipmentDispatched` for the outbox, and the order's timeline.

    A parcel for pickup has arrived with that. An empty carrier leaves the parcel's own;
    `carrier_name` is for carriers that the shop does not list. `by_supplier` records what a
    supplier has sent already, whatever the order's payment status.

    :raises AlreadyDispatched: if it has left or was cancelled
    :raises MayNotShip: if the order may not be shipped now, or a supplier sends the parcel
    :raises OrderHasChanged: if the order no longer asks for everything in it
    :raises LevelIsShort: if units are missing in stock, with the place and who can solve it
    :raises TrackingNumberTaken: if another parcel of the carrier has the number
    """
    parcel = planning.lock(shipment_id)
    packing.check_waits(parcel)
    if not by_supplier:
        packing.check_may_ship(parcel.order)
        packing.check_is_ours(parcel)
    packing.check_contents(parcel)
    _set_label(parcel, carrier_id, carrier_name, tracking_number)
    inventory.dispatch(_picks(parcel), order=parcel.order_id, actor_id=actor_id)
    fulfilment.count_shipped(parcel.order_id, parcels.lines_in(parcel))
    parcel.shipped_at = timezone.now()
    parcel.move_to(ShipmentStatus.SHIPPED, saving=["shipped_at", *_LABEL])
    parcel.record_event(actor_id)
    packing.start(parcel.order, actor_id)
    _publish_dispatched(parcel, actor_id)


@transaction.atomic
def relabel(
    shipment_id: UUID, *, carrier_id: UUID | None = None, tracking_number: str = ""
) -> None:
    """
    Set a parcel's carrier and tracking number, before or after it leaves.

    :raises AlreadyDispatched: if it was cancelled
    :raises TrackingNumberTaken: if another parcel of the carrier has the number
    """
    parcel = planning.lock(shipment_id)
    if not parcel.has_left:
        packing.check_waits(parcel)
    _set_label(parcel, carrier_id, "", tracking_number)
    parcel.save(update_fields=_LABEL)


def _set_label(
    parcel: Shipment, carrier_id: UUID | None, carrier_name: str, tracking_number: str
) -> None:
    """Set carrier and tracking number; empty values leave the old ones."""
    if carrier_id and carrier_id != parcel.carrier_id:
        parcel.carrier = Carrier.objects.get(pk=carrier_id)
        parcel.tracking_url = ""
    if carrier_name:
        parcel.carrier = Carrier.objects.filter(name__iexact=carrier_name.strip()).first()
        parcel.metadata["carrier"] = carrier_name.strip()
    parcel.tracking_number = tracking_number.strip() or parcel.tracking_number
    if parcel.tracking_number:
        _check_number(parcel)
    template = parcel.carrier.tracking_url_template if parcel.carrier else ""
    if template and parcel.tracking_number:
        parcel.tracking_url = template.replace("{number}", parcel.tracking_number)


def _check_number(parcel: Shipment) -> None:
    """One transaction at a time for each number, so that the second gets a readable refusal."""
    advisory_lock("tracking", parcel.tracking_number)
    others = Shipment.objects.filter(
        carrier=parcel.carrier, tracking_number=parcel.tracking_number
    ).exclude(pk=parcel.pk)
    if other := others.first():
        raise TrackingNumberTaken(
            _("%(number)s is the tracking number of %(shipment)s already.")
            % {"number": parcel.tracking_number, "shipment": other}
        )


def _picks(parcel: Shipment) -> parcels.Picks:
    """The parcel's units by variant and warehouse. :raises OrderHasChanged: if some are missing"""
    picks = parcels.units_to_pick([parcel])[parcel.pk]
    if sum(picks.values()) < parcels.units_in([parcel])[parcel.pk].total():
        raise OrderHasChanged(_("The stock’s ledger has fewer units for order %s.") % parcel.order)
    return picks


def _publish_dispatched(parcel: Shipment, actor_id: UUID | None) -> None:
    """The order's timeline has the contents of the parcel, for the shopper's mail."""
    publish(ShipmentDispatched(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))
    if parcel.is_pickup:
        tracking.arrive(parcel, actor_id)
        return
    orders.record(
        parcel.order_id,
        OrderEventKind.SHIPPED,
        actor_id=actor_id,
        note=f"{parcel.carried_by} {parcel.tracking_number}".strip()[:255],
        details=parcels.timeline_data(parcel),
    )
