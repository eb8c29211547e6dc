"""What a cancelled order gives back."""

from uuid import UUID

from orders.events import OrderCancelled, OrderExpired
from outbox.registry import subscribe
from promotions import services


@subscribe(OrderCancelled)
def free_uses(event: OrderCancelled) -> None:
    services.free(UUID(event.order_id))


@subscribe(OrderExpired)
def free_uses_of_expired(event: OrderExpired) -> None:
    services.free(UUID(event.order_id))
