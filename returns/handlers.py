"""Mails after each step of a return; and what follows when its money has gone."""

from uuid import UUID

from outbox.registry import subscribe
from payments.events import RefundSucceeded
from returns import emails, services
from returns.emails import ReturnMail
from returns.events import (
    ReturnApproved,
    ReturnAsked,
    ReturnReceived,
    ReturnRejected,
    ReturnSettled,
)


@subscribe(ReturnAsked)
def mail_asked(event: ReturnAsked) -> None:
    emails.send(UUID(event.return_id), ReturnMail.ASKED)


@subscribe(ReturnApproved)
def mail_approved(event: ReturnApproved) -> None:
    emails.send(UUID(event.return_id), ReturnMail.APPROVED)


@subscribe(ReturnRejected)
def mail_rejected(event: ReturnRejected) -> None:
    emails.send(UUID(event.return_id), ReturnMail.REJECTED)


@subscribe(ReturnReceived)
def mail_received(event: ReturnReceived) -> None:
    emails.send(UUID(event.return_id), ReturnMail.RECEIVED)


@subscribe(ReturnSettled)
def mail_settled(event: ReturnSettled) -> None:
    emails.send(UUID(event.return_id), ReturnMail.SETTLED)


@subscribe(RefundSucceeded)
def settle_refunded(event: RefundSucceeded) -> None:
    services.finish(UUID(event.refund_id))
