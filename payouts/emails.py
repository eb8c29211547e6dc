"""Mails to sellers about their statements: when final and when paid."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts.selectors import owners_of
from core.mail import message
from payouts import papers
from payouts.models import Statement, StatementStatus

FINAL = (StatementStatus.APPROVED, StatementStatus.CLOSED)


@transaction.atomic
def send_approved(statement_id: UUID) -> None:
    """With the statement as PDF and CSV. Told already, or paid meanwhile, nothing is sent."""
    statement = Statement.objects.locked().get(pk=statement_id)
    if statement.status in FINAL and not statement.told_status:
        _send("payouts/email/approved", statement)


@transaction.atomic
def send_paid(statement_id: UUID) -> None:
    statement = Statement.objects.locked().get(pk=statement_id)
    if statement.told_status != StatementStatus.PAID:
        _send("payouts/email/paid", statement)


def _send(template: str, statement: Statement) -> None:

    page = reverse("admin:payouts_statement_change", args=[statement.pk])
    context = {"statement": statement, "link": message.absolute(page)}
    for address, language in owners_of(statement.seller).items():
        with translation.override(language):
            files = {
                f"{statement.number}.pdf": papers.statement_pdf(statement),
                f"{statement.number}.csv": papers.statement_csv(statement),
            }
        message.queue(template, to=address, language=language, context=context, files=files)
    statement.told_status = statement.status
    statement.save(update_fields=["told_status"])
