from uuid import UUID

from orders.events import OrderChanged, OrderConfirmed, OrderPaid
from outbox.registry import subscribe
from payouts import emails, services
from payouts.events import StatementApproved, StatementPaid
from shipping.events import ShipmentDelivered


@subscribe(OrderConfirmed)
def note_sold_order(event: OrderConfirmed) -> None:
    services.note_sales(UUID(event.order_id))


@subscribe(OrderChanged)
def note_changed_order(event: OrderChanged) -> None:
    services.note_sales(UUID(event.order_id))


@subscribe(OrderPaid)
def note_paid_order(event: OrderPaid) -> None:
    services.note_sales(UUID(event.order_id))


@subscribe(ShipmentDelivered)
def note_delivered_order(event: ShipmentDelivered) -> None:
    services.note_sales(UUID(event.order_id))


@subscribe(StatementApproved)
def mail_approved_statement(event: StatementApproved) -> None:
    emails.send_approved(UUID(event.statement_id))


@subscribe(StatementPaid)
def mail_paid_statement(event: StatementPaid) -> None:
    emails.send_paid(UUID(event.statement_id))
