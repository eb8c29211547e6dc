"""A day's webhooks at once, in any order and many times over: each payment counts once."""

import json
import logging
import random
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from inventory.models import Movement
from orders.models import Order
from orders.states import PaymentStatus
from payments import tasks
from payments.models import LedgerEntry, WebhookEvent, WebhookStatus
from tests.concurrency import at_once
from tests.payments.factories import held_order, knock, pay

logger = logging.getLogger(__name__)

WORKERS = 4
TELLS = 4  # events about each payment
PATIENCE = 30.0  # seconds, for an event that has to be tried again


def paid_unheard(simulator: Any, number: int) -> list[str]:
    """The ids of payments whose money has come, and of which the shop has not heard."""
    ids = [pay(held_order()).gateway_id for _ in range(number)]
    for gateway_id in ids:
        simulator.bank.capture(gateway_id)
    return ids


def queue(ids: list[str]) -> None:
    """Each event comes twice, and none in its turn."""
    events = [
        {"id": f"evt_{number}_{gateway_id}", "type": "payment.captured", "payment": gateway_id}
        for gateway_id in ids
        for number in range(TELLS)
    ] * 2
    random.Random(len(ids)).shuffle(events)
    for event in events:
        assert knock(json.dumps(event).encode()).status_code == 200


def drain() -> None:
    until = time.monotonic() + PATIENCE
    at_once(tasks.process_webhooks, times=WORKERS)
    while WebhookEvent.objects.exclude(status=WebhookStatus.PROCESSED).exists():
        assert time.monotonic() < until, "events are left"
        WebhookEvent.objects.update(due_at="2000-01-01T00:00Z")
        tasks.process_webhooks()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "number",
    [pytest.param(5, id="short"), pytest.param(250, id="long", marks=pytest.mark.soak)],
)
def test_queued_events_drain_without_a_lost_or_doubled_effect(number: int, simulator: Any) -> None:
    ids = paid_unheard(simulator, number)
    queue(ids)
    assert WebhookEvent.objects.filter(status=WebhookStatus.RECEIVED).count() == number * TELLS

    began = time.monotonic()
    drain()
    logger.info("%s events in %.1f s", number * TELLS, time.monotonic() - began)

    assert Order.objects.filter(payment_status=PaymentStatus.PAID).count() == number
    captures = LedgerEntry.objects.values_list("payment__gateway_id", "amount")
    assert sorted(captures) == sorted((gateway_id, Decimal(100)) for gateway_id in ids)
    assert Movement.objects.filter(kind="sale").count() == number


@pytest.mark.django_db
def test_an_event_of_a_clock_that_ran_ahead_does_not_wait_for_it(simulator: Any) -> None:
    queue(paid_unheard(simulator, 1))
    WebhookEvent.objects.update(due_at=timezone.now() + timedelta(minutes=10))

    assert tasks.process_webhooks() == TELLS
