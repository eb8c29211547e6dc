from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from outbox import registry
from outbox.delivery import MAX_ATTEMPTS
from outbox.models import Message
from outbox.services import publish
from outbox.tasks import deliver_due

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Rang(registry.Event):
    name: str


heard: list[str] = []


@registry.subscribe(Rang)
def hear(event: Rang) -> None:
    """Refuse one name, note the others."""
    if event.name == "nobody":
        raise ValueError("nobody is there")
    heard.append(event.name)


@pytest.fixture(autouse=True)
def _silence():
    heard.clear()


def test_news_reaches_its_handler_once():
    publish(Rang(name="Ana"))

    assert deliver_due() == 1
    assert deliver_due() == 0
    assert heard == ["Ana"]


@pytest.mark.django_db(transaction=True)
def test_news_of_a_transaction_that_fails_is_never_told():
    with transaction.atomic():
        publish(Rang(name="Ana"))
        transaction.set_rollback(True)

    assert deliver_due() == 0
    assert heard == []


def test_a_handler_that_fails_is_asked_again_later():
    publish(Rang(name="nobody"))

    deliver_due()

    message = Message.objects.get()
    assert message.delivered_at is None
    assert message.due_at > timezone.now()
    assert "nobody is there" in message.error


def test_one_handler_that_fails_does_not_hold_up_the_rest():
    publish(Rang(name="nobody"))
    publish(Rang(name="Ana"))

    assert deliver_due() == 2
    assert heard == ["Ana"]


def test_news_that_nobody_can_take_is_put_aside():
    publish(Rang(name="nobody"))
    Message.objects.update(attempts=MAX_ATTEMPTS - 1)

    deliver_due()
    Message.objects.update(due_at=timezone.now() - timedelta(hours=2))

    assert Message.objects.get().given_up_at is not None
    assert deliver_due() == 0


def test_news_that_is_not_due_yet_waits():
    publish(Rang(name="Ana"))
    Message.objects.update(due_at=timezone.now() + timedelta(minutes=1), attempts=1)

    assert deliver_due() == 0


def test_news_of_a_clock_that_ran_ahead_does_not_wait_for_it():
    publish(Rang(name="Ana"))
    Message.objects.update(due_at=timezone.now() + timedelta(minutes=10))

    assert deliver_due() == 1
