"""Plans parcels after changes of their order, and mails their buyer."""

from uuid import UUID

from orders import emails
from orders.emails import OrderMail
from orders.events import OrderCancelled, OrderChanged, OrderConfirmed, OrderSettled
from outbox.registry import subscribe
from shipping import emails as ready
from shipping.events import ShipmentDelivered, ShipmentDispatched, ShipmentPacked
from shipping.models import Shipment
from shipping.services import pickup_counter, planning


@subscribe(OrderConfirmed)
def plan_sale(event: OrderConfirmed) -> None:
    planning.plan(UUID(event.order_id))


@subscribe(OrderChanged)
def plan_changed(event: OrderChanged) -> None:
    planning.plan(UUID(event.order_id))


@subscribe(OrderSettled)
def plan_settled(event: OrderSettled) -> None:
    """The balance due is paid: the order may be dispatched."""
    planning.plan(UUID(event.order_id))


@subscribe(OrderCancelled)
def call_off(event: OrderCancelled) -> None:
    planning.plan(UUID(event.order_id))


@subscribe(ShipmentPacked)
def call_in(event: ShipmentPacked) -> None:
    """A pickup is ready: its buyer gets the code for the counter."""
    pickup_counter.give_code(UUID(event.shipment_id))
    ready.send_ready(UUID(event.shipment_id))


@subscribe(ShipmentDispatched)
def mail_shipped(event: ShipmentDispatched) -> None:
    """A parcel picked up by its buyer counts as delivered."""
    if not Shipment.objects.get(pk=event.shipment_id).is_pickup:
        emails.send_once(UUID(event.order_id), OrderMail.SHIPPED, shipment=event.shipment_id)


@subscribe(ShipmentDelivered)
def mail_delivered(event: ShipmentDelivered) -> None:
    emails.send_once(UUID(event.order_id), OrderMail.DELIVERED, shipment=event.shipment_id)
