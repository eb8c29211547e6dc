from uuid import UUID

from orders.events import OrderConfirmed
from outbox.registry import subscribe
from returns.events import ReturnAsked
from sellers import emails
from sellers.events import ApplicationAnswered, MemberInvited, SellerApplied


@subscribe(SellerApplied)
def mail_received(event: SellerApplied) -> None:
    emails.send_received(UUID(event.application_id))


@subscribe(ApplicationAnswered)
def mail_answer(event: ApplicationAnswered) -> None:
    emails.send_answer(UUID(event.application_id))


@subscribe(MemberInvited)
def mail_invitation(event: MemberInvited) -> None:
    emails.send_invitation(UUID(event.member_id))


@subscribe(OrderConfirmed)
def mail_sold(event: OrderConfirmed) -> None:
    emails.send_sold(UUID(event.order_id))


@subscribe(ReturnAsked)
def mail_returned(event: ReturnAsked) -> None:
    emails.send_returned(UUID(event.return_id))
