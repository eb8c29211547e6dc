"""Return an order's promotion uses when it ends, and count them again if late money revives it."""

from uuid import UUID

from orders.events import OrderCancelled, OrderConfirmed, OrderExpired
from outbox.registry import subscribe
from promotions import services


@subscribe(OrderCancelled)
def free_uses(event: OrderCancelled) -> None:
    services.sync_redemptions(UUID(event.order_id))


@subscribe(OrderExpired)
def free_uses_of_expired(event: OrderExpired) -> None:
    services.sync_redemptions(UUID(event.order_id))


@subscribe(OrderConfirmed)
def take_uses_again(event: OrderConfirmed) -> None:
    services.sync_redemptions(UUID(event.order_id))
