"""Writing into the book, and answering."""

from datetime import date
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.events import ComplaintAnswered, ComplaintFiled
from complaints.exceptions import AnsweredAlready, AnswerMissing
from complaints.models import Complaint
from complaints.numbers import next_number
from core.calendar.working_days import working_days
from outbox.services import publish

DAYS_TO_ANSWER = 15  # working days, which cannot be prolonged


@transaction.atomic
def file(complaint: Complaint) -> Complaint:
    """Give the sheet its number and the day by which it is answered, and keep it."""
    now = timezone.now()
    complaint.number = next_number(now)
    complaint.currency = config.CURRENCY
    complaint.due_on = _due_on(timezone.localdate(now))
    complaint.save(force_insert=True)
    publish(ComplaintFiled(complaint_id=str(complaint.pk)))
    return complaint


def _due_on(filed_on: date) -> date:
    """By the law's working days, which exclude Saturdays."""
    days = working_days(config.COUNTRY, config.HOLIDAYS_REGION, since=filed_on)
    return days.after(filed_on, DAYS_TO_ANSWER)


@transaction.atomic
def answer(complaint_id: UUID, text: str, *, actor_id: UUID | None) -> None:
    """
    Say what the shop does about it; the consumer gets it by mail.

    :raises AnswerMissing: if nothing is written
    :raises AnsweredAlready: if somebody has answered
    """
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    if complaint.answered_at:
        raise AnsweredAlready(_("This sheet has been answered already."))
    if not text.strip():
        raise AnswerMissing(_("Write the answer."))
    complaint.answer = text.strip()
    complaint.answered_at = timezone.now()
    complaint.answered_by_id = actor_id
    complaint.save(update_fields=["answer", "answered_at", "answered_by"])
    publish(ComplaintAnswered(complaint_id=str(complaint_id)))
