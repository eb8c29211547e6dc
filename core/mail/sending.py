"""Hands waiting mails to the mail server: each to one worker, and noted as sent one by one."""

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from post_office.models import STATUS, Email
from post_office.settings import get_backend

logger = logging.getLogger(__name__)

# A worker that dies has had one mail in its hands: so long later another one sends that.
LEASE = timedelta(minutes=2)
MIN_WAIT, MAX_WAIT = timedelta(seconds=10), timedelta(hours=1)
# A server that is away for a weekend loses nothing; what it refuses, it refuses five times.
MAX_TRIES, MAX_REFUSALS = 60, 5
# The server has answered, and does not want this mail; the next one it may.
REFUSALS = (SMTPRecipientsRefused, SMTPResponseException)


def send_waiting() -> int:
    """
    Send what waits; say how many mails were sent.

    Any number of workers may do so at once. A mail whose answer is lost is sent again under the
    same Message-ID, by which its reader's server knows it.

    :raises OSError: if the mail server is away
    """
    if not _waiting().exists():
        return 0
    sent = 0
    with closing(_connected()) as connection:
        for mail in _claimed():
            try:
                mail.dispatch(connection=connection, disconnect_after_delivery=False, commit=False)
            except Exception as error:
                _put_off(mail, error)
                if isinstance(error, OSError) and not isinstance(error, REFUSALS):
                    raise
            else:
                sent += 1
                _note(mail, STATUS.sent)
    return sent


def _connected() -> BaseEmailBackend:
    """Checked before a mail is claimed, so that an unavailable server uses up no attempts."""
    connection: BaseEmailBackend = get_connection(get_backend("default"))
    connection.open()
    return connection


def _waiting() -> QuerySet[Email]:
    now = timezone.now()
    found: QuerySet[Email] = Email.objects.filter(
        Q(scheduled_time=None) | Q(scheduled_time__lte=now),
        Q(expires_at=None) | Q(expires_at__gt=now),
        status__in=[STATUS.queued, STATUS.requeued],
    )
    return found.order_by("-priority", "pk")


def _claimed() -> Iterator[Email]:
    """One after the other, each this worker's own for a while: no lock is held while it is sent."""
    while True:
        with transaction.atomic():
            mail = _waiting().select_for_update(skip_locked=True).first()
            if mail is None:
                return
            Email.objects.filter(pk=mail.pk).update(scheduled_time=timezone.now() + LEASE)
        yield mail


def _put_off(mail: Email, error: Exception) -> None:
    tries = (mail.number_of_retries or 0) + 1
    most = MAX_REFUSALS if isinstance(error, REFUSALS) else MAX_TRIES
    wait = min(MIN_WAIT * 2 ** min(tries - 1, 20), MAX_WAIT)
    logger.warning("Mail %s was not sent: %r", mail.pk, error)
    mail.logs.create(status=STATUS.failed, message=str(error), exception_type=type(error).__name__)
    _note(
        mail,
        STATUS.failed if tries >= most else STATUS.requeued,
        number_of_retries=tries,
        scheduled_time=timezone.now() + wait,
    )


def _note(mail: Email, status: int, **facts: object) -> None:
    Email.objects.filter(pk=mail.pk).update(status=status, last_updated=timezone.now(), **facts)
