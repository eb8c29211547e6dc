"""Pack and unpack parcels, and check whether they may leave."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import WarehouseKind
from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus
from outbox.services import publish
from shipping import parcels
from shipping.events import ShipmentPacked
from shipping.exceptions import AlreadyDispatched, MayNotShip, OrderHasChanged
from shipping.models import Shipment
from shipping.services import planning
from shipping.states import STILL_HERE, ShipmentStatus


@transaction.atomic
def pack(shipment_id: UUID, actor_id: UUID | None = None) -> None:
    """
    Mark the parcel as packed for the order as it is now. Idempotent.

    The order is then processing: its buyer can no longer cancel it.

    :raises MayNotShip: if the order may not be shipped now, or a supplier sends the parcel
    :raises OrderHasChanged: if the order no longer asks for everything in it
    :raises AlreadyDispatched: if it has left or was cancelled
    """
    parcel = planning.lock(shipment_id)
    if parcel.status == ShipmentStatus.PACKED:
        return
    check_waits(parcel)
    check_may_ship(parcel.order)
    check_is_ours(parcel)
    check_contents(parcel)
    parcel.metadata["packed_for"] = parcels.last_change(parcel.order_id)
    parcel.move_to(ShipmentStatus.PACKED, saving=["metadata"])
    parcel.record_event(actor_id)
    start(parcel.order, actor_id)
    publish(ShipmentPacked(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))


@transaction.atomic
def unpack(shipment_id: UUID, actor_id: UUID | None = None) -> None:
    """
    Open a packed parcel: it can be regrouped, and its order changed. Idempotent.

    :raises AlreadyDispatched: if it has left or was cancelled
    """
    parcel = planning.lock(shipment_id)
    if parcel.status == ShipmentStatus.PENDING:
        return
    check_waits(parcel)
    parcel.move_to(ShipmentStatus.PENDING)
    parcel.record_event(actor_id)


def check_waits(parcel: Shipment) -> None:
    """
    Check that the parcel has not left.

    :raises AlreadyDispatched: if it has left or was cancelled
    """
    if parcel.status == ShipmentStatus.CANCELLED:
        raise AlreadyDispatched(_("This parcel was called off: the order needs it no longer."))
    if parcel.has_left:
        raise AlreadyDispatched(_("This parcel has left already."))


def check_may_ship(order: Order) -> None:
    """
    Check that the order is sold and paid, or to be paid on delivery.

    :raises MayNotShip: with the obstacle, and who can remove it
    """
    if order.may_ship:
        return
    if order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.PENDING):
        reason = _("The order %(order)s is %(status)s: nothing of it leaves.")
        raise MayNotShip(reason % {"order": order, "status": order.get_status_display()})
    reason = _("The money of order %(order)s is %(status)s: finance decides on the order’s page.")
    raise MayNotShip(reason % {"order": order, "status": order.get_payment_status_display()})


def why_held(parcel: Shipment) -> str:
    """A sentence on why a parcel that waits may not leave, and who can change that; or nothing."""
    if parcel.status not in STILL_HERE:
        return ""
    try:
        check_may_ship(parcel.order)
    except MayNotShip as reason:
        return str(reason)
    return ""


def check_is_ours(parcel: Shipment) -> None:
    """
    Check that the parcel is not sent by a supplier.

    :raises MayNotShip: with the page where the supplier's dispatch is recorded
    """
    if parcel.warehouse.kind == WarehouseKind.DROPSHIPPING:
        raise MayNotShip(_("A supplier sends this parcel: record it on their task."))


def check_contents(parcel: Shipment) -> None:
    """
    Check that the order still asks for the parcel's contents. Two queries.

    :raises OrderHasChanged: if lines have fewer units, or it was packed before the latest change
    """
    items = parcels.items_of(parcel)
    fits = items and all(item.quantity <= item.line.open_quantity for item in items)
    is_packed = parcel.status == ShipmentStatus.PACKED
    packed_for = parcel.metadata.get("packed_for", "")
    if not fits or (is_packed and packed_for != parcels.last_change(parcel.order_id)):
        raise OrderHasChanged(
            _("The order %s has changed since: open the parcel and pack it again.") % parcel.order
        )


def start(order: Order, actor_id: UUID | None) -> None:
    """Move a confirmed order to processing."""
    if order.status == OrderStatus.CONFIRMED:
        orders.start_processing(order.pk, actor_id=actor_id)
