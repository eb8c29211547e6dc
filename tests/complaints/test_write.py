"""The complaints book: anybody writes, gets a numbered copy, and is answered in time."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from constance import config
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.permissions import Role
from complaints import emails, services
from complaints.exceptions import AnsweredAlready, AnswerMissing
from complaints.models import Complaint, ComplaintYear
from core.calendar.working_days import working_days
from tests.accounts.factories import UserFactory, signed_in
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
URL = "/libro-de-reclamaciones/"


def sheet(**changes: str) -> dict[str, str]:
    """What a consumer writes, right in every field."""
    return {
        "name": "Ñusta D’Ávila Mamani",
        "document_type": "dni",
        "document_number": "45678901",
        "address": "Jr. Ucayali 123, Lima",
        "phone": "987654321",
        "email": "nusta@example.com",
        "ordered": "product",
        "amount": "120.50",
        "description": "Una silla",
        "kind": "claim",
        "detail": "Llegó rota.",
        "request": "Quiero otra.",
    } | changes


def filed() -> Complaint:
    fields = {**sheet(), "language": "es"}
    return services.file(Complaint(**fields))


def test_a_sheet_gets_a_number_a_due_day_and_a_page(client: Client) -> None:
    answer = client.post(URL, sheet(), follow=True)

    complaint = Complaint.objects.get()
    today = timezone.localdate(complaint.created_at)
    assert complaint.number == f"LR-{today.year}-000001"
    assert complaint.due_on == working_days("PE", "", since=today).after(today, 15)
    assert complaint.number in answer.content.decode()
    assert "Llegó rota." in answer.content.decode()


@pytest.mark.parametrize(
    ("filed_at", "due_on"),
    [
        # Two holidays in December; who writes on a Saturday is answered as if on Friday.
        (datetime(2026, 11, 20, 12, tzinfo=UTC), date(2026, 12, 15)),
        (datetime(2026, 11, 21, 12, tzinfo=UTC), date(2026, 12, 15)),
        (datetime(2026, 10, 5, 12, tzinfo=UTC), date(2026, 10, 27)),
    ],
)
def test_the_due_day_knows_weekends_and_holidays(
    monkeypatch: pytest.MonkeyPatch, filed_at: datetime, due_on: date
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: filed_at)
    config.WORKS_SATURDAYS = True  # the shop does, the law does not

    assert filed().due_on == due_on


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("document_number", "123"),
        ("address", ""),
        ("phone", "12"),
        ("email", "nobody"),
        ("amount", "-1"),
        ("amount", "mucho"),
        ("description", ""),
        ("kind", "joke"),
        ("detail", ""),
        ("request", ""),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_the_rest_is_kept(
    client: Client, field: str, value: str
) -> None:
    answer = client.post(URL, sheet(**{field: value}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in page
    assert "Jr. Ucayali 123, Lima" in page or field == "address"
    assert not Complaint.objects.exists()


def test_the_writer_and_the_shop_get_a_copy_once() -> None:
    config.COMPLAINTS_EMAIL = "libro@example.com"
    complaint = filed()

    emails.send_copies(complaint.pk)
    emails.send_copies(complaint.pk)

    mails = {mail.to[0]: mail for mail in Email.objects.all()}
    assert mails.keys() == {"nusta@example.com", "libro@example.com"}
    assert complaint.number in mails["nusta@example.com"].subject
    assert "Llegó rota." in mails["nusta@example.com"].message
    assert Email.objects.count() == 2


def test_an_answer_goes_out_once_and_stays_as_it_is(client: Client, settings: Any) -> None:
    settings.DEMO = True  # where staff need no second factor
    complaint = filed()
    signed_in(client, Role.SUPPORT)
    url = reverse("admin:complaints_complaint_change", args=[complaint.pk])

    client.post(url, {"answer": "Te enviamos otra silla mañana."})
    client.post(url, {"answer": "O no."})
    emails.send_answer(complaint.pk)
    emails.send_answer(complaint.pk)

    complaint.refresh_from_db()
    assert complaint.answer == "Te enviamos otra silla mañana."
    assert complaint.answered_by is not None
    [mail] = Email.objects.all()
    assert "Te enviamos otra silla mañana." in mail.message


def test_an_empty_answer_is_none() -> None:
    with pytest.raises(AnswerMissing):
        services.answer(filed().pk, "  ", actor_id=None)


def test_who_answers_second_is_told_so() -> None:
    complaint = filed()
    services.answer(complaint.pk, "Sí.", actor_id=None)

    with pytest.raises(AnsweredAlready):
        services.answer(complaint.pk, "No.", actor_id=None)


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE complaints_complaint SET detail = 'Todo bien.'",
        "UPDATE complaints_complaint SET due_on = due_on + 30",
        "DELETE FROM complaints_complaint",
        "UPDATE complaints_complaint SET answered_at = now()",
    ],
)
def test_the_database_keeps_the_sheet_as_it_was_written(lie: str) -> None:
    filed()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lie)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_leaves_no_gap_in_the_numbers() -> None:
    at_once(filed, times=8)

    numbers = sorted(Complaint.objects.values_list("number", flat=True))
    assert [number[-6:] for number in numbers] == [f"{n:06d}" for n in range(1, 9)]
    assert ComplaintYear.objects.get().last == 8


def test_a_number_is_not_spent_on_what_fails() -> None:
    with transaction.atomic():
        filed()
        transaction.set_rollback(True)

    assert filed().number.endswith("000001")


def test_a_shop_elsewhere_has_no_book(client: Client) -> None:
    config.COMPLAINTS_BOOK = False

    assert client.get(URL).status_code == 404


def test_another_one_s_sheet_is_not_found_by_guessing(client: Client) -> None:
    complaint = filed()

    assert client.get(f"{URL}{complaint.pk}/").status_code == 404
    assert client.get(f"{URL}{complaint.number}/").status_code == 404


def test_people_who_may_not_read_the_book_do_not(client: Client) -> None:
    client.force_login(UserFactory.create())

    answer = client.get(reverse("admin:complaints_complaint_changelist"))

    assert answer.status_code in {302, 403}
