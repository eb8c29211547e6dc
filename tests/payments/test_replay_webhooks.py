"""What cannot be worked off is tried for a while, then left to staff, who have it tried again."""

import json
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.utils import timezone

from payments import tasks, webhooks
from payments.models import Payment, WebhookEvent, WebhookStatus
from payments.states import PaymentState
from tests.accounts.factories import UserFactory
from tests.payments.factories import held_order, knock, pay

pytestmark = pytest.mark.django_db


def tell_of(gateway_id: str) -> None:
    event = {"id": "evt_1", "type": "payment.captured", "payment": gateway_id}
    assert knock(json.dumps(event).encode()).status_code == 200


def work_off(times: int = 1) -> WebhookEvent:
    """As the clock does, without the waits between the tries."""
    for _ in range(times):
        WebhookEvent.objects.update(due_at=timezone.now())
        tasks.process_webhooks()
    return WebhookEvent.objects.get()


def test_an_event_without_a_payment_becomes_a_dead_letter_that_staff_can_replay(
    simulator: Any, client: Client
) -> None:
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)
    Payment.objects.filter(pk=payment.pk).update(gateway_id="not yet known")
    tell_of(payment.gateway_id)

    assert work_off(webhooks.MAX_ATTEMPTS - 1).status == WebhookStatus.RECEIVED
    event = work_off()
    assert (event.status, event.attempts) == (WebhookStatus.FAILED, webhooks.MAX_ATTEMPTS)
    assert "vitrina_webhooks_failed 1" in client.get("/metrics").text

    Payment.objects.filter(pk=payment.pk).update(gateway_id=payment.gateway_id)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    chosen = {"action": "replay", ACTION_CHECKBOX_NAME: [str(event.pk)], "post": "yes"}
    client.post("/admin/payments/webhookevent/", chosen)

    assert work_off().status == WebhookStatus.PROCESSED
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_each_try_waits_longer_than_the_last(simulator: Any, settings: Any) -> None:
    payment = pay(held_order())
    tell_of(payment.gateway_id)
    settings.SIMULATOR_API_BASE = "http://127.0.0.1:9"

    waits = [work_off().due_at - timezone.now() for _ in range(4)]

    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]
    assert WebhookEvent.objects.get().error
