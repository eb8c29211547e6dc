"""Mails after each change of an order."""

from uuid import UUID

from orders import emails, lookup
from orders.emails import OrderMail
from orders.events import (
    ConfirmationAsked,
    OrderCancelled,
    OrderChanged,
    OrderExpired,
    OrderLinkAsked,
    OrderPaid,
    OrderPlaced,
)
from outbox.registry import subscribe


@subscribe(OrderPlaced)
def mail_placed(event: OrderPlaced) -> None:
    emails.send_placed(UUID(event.order_id))


@subscribe(ConfirmationAsked)
def mail_code(event: ConfirmationAsked) -> None:
    emails.send_once(UUID(event.order_id), OrderMail.CONFIRM)


@subscribe(OrderPaid)
def mail_paid(event: OrderPaid) -> None:
    emails.send_once(UUID(event.order_id), OrderMail.PAID)


@subscribe(OrderChanged)
def mail_edited(event: OrderChanged) -> None:
    emails.send_edited(UUID(event.order_id), event.change)


@subscribe(OrderCancelled)
def mail_cancelled(event: OrderCancelled) -> None:
    emails.send_once(UUID(event.order_id), OrderMail.CANCELLED)


@subscribe(OrderExpired)
def mail_expired(event: OrderExpired) -> None:
    emails.send_once(UUID(event.order_id), OrderMail.EXPIRED)


@subscribe(OrderLinkAsked)
def mail_link(event: OrderLinkAsked) -> None:
    lookup.send_link(event.number, event.email)
