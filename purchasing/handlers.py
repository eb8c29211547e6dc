from uuid import UUID

from inventory.events import StockRanLow
from orders.events import OrderCancelled, OrderChanged, OrderConfirmed, OrderSettled
from outbox.registry import subscribe
from purchasing import emails, services
from purchasing.events import PurchaseOrderSent, SupplierTaskSent, SupplierTaskWithdrawn
from shipping.events import ShipmentResent


@subscribe(StockRanLow)
def propose_order(event: StockRanLow) -> None:
    """Have a draft ready for the supplier; the news may come twice."""
    services.propose(UUID(event.level_id))


@subscribe(PurchaseOrderSent)
def mail_order(event: PurchaseOrderSent) -> None:
    emails.send_order(UUID(event.order_id))


@subscribe(OrderConfirmed)
def hand_out(event: OrderConfirmed) -> None:
    services.hand_out(UUID(event.order_id))


@subscribe(OrderChanged)
def follow_change(event: OrderChanged) -> None:
    services.follow_change(UUID(event.order_id))


@subscribe(OrderSettled)
def hand_out_settled(event: OrderSettled) -> None:
    """A changed order whose difference is paid may leave: its suppliers are told now."""
    services.follow_change(UUID(event.order_id))


@subscribe(ShipmentResent)
def hand_out_again(event: ShipmentResent) -> None:
    """Units that did not arrive are sold once more: a supplier may have to send them."""
    services.follow_change(UUID(event.order_id))


@subscribe(OrderCancelled)
def withdraw(event: OrderCancelled) -> None:
    services.withdraw(UUID(event.order_id))


@subscribe(SupplierTaskSent)
def mail_task(event: SupplierTaskSent) -> None:
    emails.send_task(UUID(event.task_id))


@subscribe(SupplierTaskWithdrawn)
def mail_withdrawal(event: SupplierTaskWithdrawn) -> None:
    emails.send_withdrawal(UUID(event.task_id))
