"""The copy that the consumer takes home, the word to the shop, and the answer: once each."""

from uuid import UUID

from constance import config

from accounts.public_requests import mail_once, mail_receipt
from complaints.models import Complaint
from core.mail import message


def send_copies(complaint_id: UUID) -> None:
    """Send the sheet to who wrote it and, where the settings name an address, to the shop."""
    mail_once(Complaint.objects.all(), complaint_id, "copied_at", _queue_copies)


def _queue_copies(complaint: Complaint) -> None:
    mail_receipt(
        complaint,
        {"complaint": complaint},
        receipt="complaints/email/copy",
        notice="complaints/email/filed",
        shop=config.COMPLAINTS_EMAIL,
    )


def send_answer(complaint_id: UUID) -> None:
    answered = Complaint.objects.filter(answered_at__isnull=False)
    mail_once(answered, complaint_id, "answer_mailed_at", _queue_answer)


def _queue_answer(complaint: Complaint) -> None:
    message.queue(
        "complaints/email/answer",
        to=complaint.email,
        language=complaint.language,
        context={"complaint": complaint},
    )
