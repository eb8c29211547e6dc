from uuid import UUID

from complaints import emails
from complaints.events import ComplaintAnswered, ComplaintFiled
from outbox.registry import subscribe


@subscribe(ComplaintFiled)
def mail_copies(event: ComplaintFiled) -> None:
    emails.send_copies(UUID(event.complaint_id))


@subscribe(ComplaintAnswered)
def mail_answer(event: ComplaintAnswered) -> None:
    emails.send_answer(UUID(event.complaint_id))
