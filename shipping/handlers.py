"""Parcels follow their order."""

from uuid import UUID

from orders.events import OrderCancelled, OrderChanged, OrderConfirmed, OrderSettled
from outbox.registry import subscribe
from shipping.services import planning


@subscribe(OrderConfirmed)
def plan_sale(event: OrderConfirmed) -> None:
    planning.plan(UUID(event.order_id))


@subscribe(OrderChanged)
def plan_changed(event: OrderChanged) -> None:
    planning.plan(UUID(event.order_id))


@subscribe(OrderSettled)
def plan_settled(event: OrderSettled) -> None:
    """What was missing is paid: the order may leave."""
    planning.plan(UUID(event.order_id))


@subscribe(OrderCancelled)
def call_off(event: OrderCancelled) -> None:
    planning.plan(UUID(event.order_id))
