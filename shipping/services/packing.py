"""The parcel on the packing table."""

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
from shipping.models import Shipment, ShipmentEvent
from shipping.services import planning
from shipping.states import ShipmentStatus


@transaction.atomic
def pack(shipment_id: UUID, actor_id: UUID | None = None) -> None:
    """
    Note that the parcel is packed as the order stands now. Twice is once.

    From then on the order is being prepared: its buyer can no longer cancel it.

    :raises MayNotShip: if the order is not to be sent now, or a supplier sends the parcel
    :raises OrderHasChanged: if the order no longer asks for all that is in it
    :raises AlreadyDispatched: if it has left or was called off
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
    ShipmentEvent.objects.create(shipment=parcel, status=parcel.status, actor_id=actor_id)
    start(parcel.order, actor_id)
    publish(ShipmentPacked(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))


@transaction.atomic
def unpack(shipment_id: UUID, actor_id: UUID | None = None) -> None:
    """
    Open a packed parcel again: it can be regrouped, and its order changed. Twice is once.

    :raises AlreadyDispatched: if it has left or was called off
    """
    parcel = planning.lock(shipment_id)
    if parcel.status == ShipmentStatus.PENDING:
        return
    check_waits(parcel)
    parcel.move_to(ShipmentStatus.PENDING)
    ShipmentEvent.objects.create(shipment=parcel, status=parcel.status, actor_id=actor_id)


def check_waits(parcel: Shipment) -> None:
    """
    Refuse what is done to parcels that have not left.

    :raises AlreadyDispatched: if it has left or was called off
    """
    if parcel.status == ShipmentStatus.CANCELLED:
        raise AlreadyDispatched(_("This parcel was called off: the order needs it no longer."))
    if parcel.has_left:
        raise AlreadyDispatched(_("This parcel has left already."))


def check_may_ship(order: Order) -> None:
    """
    Refuse to prepare or send what is not sold and paid, or to be paid at the door.

    :raises MayNotShip: with what is in the way, and who clears it
    """
    if order.may_ship:
        return
    if order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.PENDING):
        reason = _("The order %(order)s is %(status)s: nothing of it leaves.")
        raise MayNotShip(reason % {"order": order, "status": order.get_status_display()})
    reason = _("The money of order %(order)s is %(status)s: finance decides on the order’s page.")
    raise MayNotShip(reason % {"order": order, "status": order.get_payment_status_display()})


def check_is_ours(parcel: Shipment) -> None:
    """
    Refuse to pack or send what lies with a supplier.

    :raises MayNotShip: with the page where the supplier's dispatch is recorded
    """
    if parcel.warehouse.kind == WarehouseKind.DROPSHIPPING:
        raise MayNotShip(_("A supplier sends this parcel: record it on their task."))


def check_contents(parcel: Shipment) -> None:
    """
    Refuse a parcel that its order, as it is by now, does not ask for. Two queries.

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
    """Say that the order is being prepared."""
    if order.status == OrderStatus.CONFIRMED:
        orders.start_processing(order.pk, actor_id=actor_id)
