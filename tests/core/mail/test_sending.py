"""Waiting mails reach the mail server: all of them, each once, whatever becomes of the answer."""

import time
from collections import Counter
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone
from post_office import mail as post_office
from post_office.models import STATUS, Email

from core.mail import sending
from tests.concurrency import at_once
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_waits_is_sent_and_noted(mailbox: Mailbox) -> None:
    _queue("ana@example.com")

    assert sending.send_waiting() == 1

    assert [mail.to for mail in mailbox.mails] == ["ana@example.com"]
    assert Email.objects.get().status == STATUS.sent
    assert sending.send_waiting() == 0


def test_two_workers_send_each_mail_once(mailbox: Mailbox) -> None:
    people = [f"p{number}@example.com" for number in range(20)]
    for person in people:
        _queue(person)

    sent = at_once(sending.send_waiting, times=2)

    assert sum(sent) == len(people)
    assert Counter(mail.to for mail in mailbox.mails) == Counter(people)


def test_a_mail_whose_answer_is_lost_comes_again_under_the_same_id(mailbox: Mailbox) -> None:
    _queue("ana@example.com")
    mailbox.lost_answers = 1

    with pytest.raises(SMTPServerDisconnected):
        sending.send_waiting()
    _let_time_pass()
    sending.send_waiting()

    first, second = mailbox.mails
    assert first.message_id == second.message_id
    assert Email.objects.get().status == STATUS.sent


def test_a_worker_that_dies_leaves_its_mail_to_another_one(mailbox: Mailbox) -> None:
    _queue("ana@example.com")
    next(sending._claimed())

    at_once_nothing = sending.send_waiting()
    _let_time_pass()

    assert at_once_nothing == 0
    assert sending.send_waiting() == 1


def test_a_server_that_is_away_uses_up_nobodys_tries(mailbox: Mailbox, settings: Any) -> None:
    _queue("ana@example.com")
    settings.EMAIL_PORT = 1

    with pytest.raises(ConnectionRefusedError):
        sending.send_waiting()
    settings.EMAIL_PORT = mailbox.port

    assert Email.objects.get().number_of_retries is None
    assert sending.send_waiting() == 1


def test_a_server_that_says_nothing_is_given_up_after_some_seconds(
    mailbox: Mailbox, settings: Any
) -> None:
    assert settings.EMAIL_TIMEOUT == 15
    settings.EMAIL_TIMEOUT, mailbox.silence = 0.3, 3
    _queue("ana@example.com")
    began = time.monotonic()

    with pytest.raises(SMTPServerDisconnected, match="timed out"):
        sending.send_waiting()

    assert time.monotonic() - began < 2


def test_who_is_refused_keeps_nobody_waiting_and_is_given_up_in_the_end(mailbox: Mailbox) -> None:
    _queue("nobody@example.com")
    _queue("ana@example.com")
    mailbox.refused = {"nobody@example.com"}

    for _ in range(sending.MAX_REFUSALS + 2):
        sending.send_waiting()
        _let_time_pass()

    assert [mail.to for mail in mailbox.mails] == ["ana@example.com"]
    refused = Email.objects.get(to="nobody@example.com")
    assert (refused.status, refused.number_of_retries) == (STATUS.failed, sending.MAX_REFUSALS)
    assert refused.logs.count() == sending.MAX_REFUSALS


def test_a_mail_that_cannot_be_written_keeps_nobody_waiting(mailbox: Mailbox) -> None:
    broken = _queue("ana@example.com")
    Email.objects.filter(pk=broken.pk).update(headers={"X-Broken": "two\nlines"})
    _queue("bruno@example.com")

    sending.send_waiting()

    assert [mail.to for mail in mailbox.mails] == ["bruno@example.com"]
    assert Email.objects.get(pk=broken.pk).status == STATUS.requeued


def test_what_is_for_later_or_too_late_is_not_sent(mailbox: Mailbox) -> None:
    hour = timedelta(hours=1)
    later, late = _queue("later@example.com"), _queue("late@example.com")
    Email.objects.filter(pk=later.pk).update(scheduled_time=timezone.now() + hour)
    Email.objects.filter(pk=late.pk).update(expires_at=timezone.now() - hour)

    assert sending.send_waiting() == 0
    assert mailbox.mails == []


def test_what_django_itself_mails_waits_too(mailbox: Mailbox, settings: Any) -> None:
    settings.EMAIL_BACKEND = "post_office.EmailBackend"
    EmailMessage("Hello", "text", to=["ana@example.com"]).send()

    sending.send_waiting()

    assert [mail.subject for mail in mailbox.mails] == ["Hello"]
    assert mailbox.mails[0].message_id


def _queue(to: str) -> Email:
    found: Email = post_office.send([to], "shop@example.com", subject="News", message="text")
    return found


def _let_time_pass() -> None:
    """What was put off may be sent again now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE post_office_email SET scheduled_time = now() - interval '1 second'")
