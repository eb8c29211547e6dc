"""What the shop needs for a while only goes when its days are over."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from constance.test import override_config
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import KnownDevice
from accounts.services import SignIn, note_sign_in
from cart.models import Cart, CartStatus
from core.ids import uuid7
from outbox.models import DeliveredMessage, Message
from payments.models import WebhookEvent
from payments.models.inbox import WebhookStatus
from privacy import retention, tasks
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
OLD = timedelta(days=400)


def written(age: timedelta) -> None:
    """A mail, a notice, a message and a cart that were over so long ago."""
    then = timezone.now() - age
    mail = Email.objects.create(from_email="a@example.com", to=["b@example.com"])
    Email.objects.filter(pk=mail.pk).update(status=STATUS.sent, last_updated=then)
    WebhookEvent.objects.create(
        provider="stripe",
        event_id=f"evt_{age.days}",
        payload={"payer": "Ana"},
        status=WebhookStatus.PROCESSED,
        created_at=then,
    )
    Message.objects.create(event="e", handler="h", payload={}, delivered_at=then)
    DeliveredMessage.objects.create(
        id=uuid7(),
        event="e",
        handler="h",
        payload={},
        attempts=1,
        created_at=then,
        delivered_at=then,
    )
    Cart.objects.create(status=CartStatus.EXPIRED, expires_at=then, updated_at=then)


def left() -> tuple[int, int, int, int, int]:
    notices = WebhookEvent.objects.exclude(payload={})
    return (
        *(Email.objects.count(), notices.count()),
        *(Message.objects.filter(event="e").count(), Cart.objects.count()),
        DeliveredMessage.objects.count(),
    )


def test_what_is_past_its_days_goes_and_the_rest_stays() -> None:
    written(OLD)
    written(timedelta(days=1))

    tasks.purge()

    assert left() == (1, 1, 1, 1, 1)
    assert WebhookEvent.objects.count() == 2


def test_with_no_days_set_everything_is_kept() -> None:
    written(OLD)

    with override_config(KEEP_MAILS_DAYS=0, KEEP_TRACES_DAYS=0):
        tasks.purge()

    assert left() == (1, 1, 1, 1, 1)


def test_a_dry_run_counts_and_deletes_nothing() -> None:
    written(OLD)

    said = StringIO()
    call_command("purge", "--dry-run", stdout=said)

    assert "1  sent mails" in said.getvalue() or "1  correos" in said.getvalue()
    assert left() == (1, 1, 1, 1, 1)


def test_a_device_is_known_as_long_as_somebody_signs_in_from_it() -> None:
    user, device = UserFactory.create(), uuid4()
    seen = SignIn(device=device, ip="192.0.2.1", user_agent="Firefox")
    for each in (device, uuid4()):
        KnownDevice.objects.create(user=user, device=each, ip="192.0.2.1")
    KnownDevice.objects.update(seen_at=timezone.now() - timedelta(days=401))
    note_sign_in(user, seen)

    tasks.purge()

    assert KnownDevice.objects.get().device == device


def test_where_somebody_was_signed_in_is_forgotten_with_the_sign_in() -> None:
    user = UserFactory.create()
    over, running = SessionStore(), SessionStore()
    for session in (over, running):
        session.create()
        UserSession.objects.create(user=user, session_key=session.session_key, ip="192.0.2.1")
    old = timezone.now() - timedelta(minutes=1)
    Session.objects.filter(pk=over.session_key).update(expire_date=old)

    retention.purge_sessions(timezone.now())

    assert UserSession.objects.get().session_key == running.session_key
