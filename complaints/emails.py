"""The copy that the consumer takes home, the word to the shop, and the answer: once each."""

from uuid import UUID

from constance import config
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from core.mail import message


@transaction.atomic
def send_copies(complaint_id: UUID) -> None:
    """Send the sheet to who wrote it and, where the settings name an address, to the shop."""
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    if complaint.copied_at:
        return
    context = {"complaint": complaint}
    language = complaint.language
    message.queue("complaints/email/copy", to=complaint.email, language=language, context=context)
    if config.COMPLAINTS_EMAIL:
        link = reverse("admin:complaints_complaint_change", args=[complaint.pk])
        message.queue(
            "complaints/email/filed",
            to=config.COMPLAINTS_EMAIL,
            language=settings.LANGUAGE_CODE,
            context={**context, "link": message.absolute(link)},
        )
    complaint.copied_at = timezone.now()
    complaint.save(update_fields=["copied_at"])


@transaction.atomic
def send_answer(complaint_id: UUID) -> None:
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    if complaint.answer_mailed_at or not complaint.answered_at:
        return
    message.queue(
        "complaints/email/answer",
        to=complaint.email,
        language=complaint.language,
        context={"complaint": complaint},
    )
    complaint.answer_mailed_at = timezone.now()
    complaint.save(update_fields=["answer_mailed_at"])
