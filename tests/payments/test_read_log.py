"""What staff and ops find again of the conversations with providers."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from core.exceptions import ServiceUnavailable
from payments import webhooks
from payments.gateway_log import reader, store
from payments.gateway_log.reader import Question
from payments.models import GatewayLogSpool, WebhookEvent, WebhookStatus
from payments.services.settle import settle
from payments.tasks import process_webhooks
from tests.accounts.factories import UserFactory
from tests.payments.factories import held_order, knock, pay, ring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _closed_client(settings: Any) -> Any:
    yield
    store._client(settings.MONGODB_URL).close()
    store._client.forget()


def listed(*options: str) -> Any:
    out = StringIO()
    call_command("payment_log", *options, "--format", "json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_each_exchange_names_its_order_and_payment(simulator: Any, mongo: Any) -> None:
    payment, other = pay(held_order()), pay(held_order())
    store.drain()
    settle(payment.pk)

    found = reader.find(Question(order=payment.order.number))

    assert {said.payment for said in found} == {payment.number}
    assert [said.what.split()[0] for said in found] == ["GET", "POST"]
    assert other.number not in str(found)


def test_the_exact_error_is_found_by_asking_for_errors(simulator: Any, mongo: Any) -> None:
    payment = pay(held_order())
    simulator.bank.expire(payment.gateway_id)
    type(payment).objects.filter(pk=payment.pk).update(gateway_id="pay_gone")
    with pytest.raises(Exception, match="not found"):
        settle(payment.pk)
    store.drain()

    [row] = listed("--order", payment.order.number, "--errors", "--bodies")

    assert row["status"] == 404
    assert "not found" in row["error"]
    assert row["response"] == {"error": "not found"}


def test_a_webhook_is_part_of_the_conversation(simulator: Any, mongo: Any) -> None:
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)
    ring(simulator)

    process_webhooks()

    [webhook] = [
        said for said in reader.find(Question(payment=payment.number)) if "WEBHOOK" in said.what
    ]
    assert webhook.what == "WEBHOOK payment.captured"


def test_a_refused_message_is_logged_and_counted_and_nothing_else(
    simulator: Any, mongo: Any, client: Client
) -> None:
    knock(b'{"id": "evt_1", "email": "ana@example.com"}', secret="another")

    [said] = reader.find(Question(provider="simulator", errors_only=True))
    assert said.error == "The signature is wrong."
    assert "ana@example.com" not in str(said)
    assert not WebhookEvent.objects.exists()
    assert 'vitrina_webhooks_refused_total{provider="simulator"} 1' in client.get("/metrics").text


def test_messages_without_end_fill_no_disk(simulator: Any) -> None:
    for number in range(40):
        knock(f"{number}".encode(), secret="another")

    assert GatewayLogSpool.objects.count() == 30


def test_staff_read_it_beside_the_payment(simulator: Any, mongo: Any) -> None:
    payment = pay(held_order())
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    page = client.get(f"/admin/payments/payment/{payment.pk}/change/")

    assert "POST" in page.text
    assert "/v1/payments" in page.text


def test_with_mongodb_away_the_page_says_so(simulator: Any, settings: Any) -> None:
    payment = pay(held_order())
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    settings.MONGODB_URL = "mongodb://127.0.0.1:9/nothing"

    page = client.get(f"/admin/payments/payment/{payment.pk}/change/")

    assert page.status_code == 200
    with pytest.raises(ServiceUnavailable):
        reader.find(Question())


def test_an_event_of_no_interest_is_kept_and_never_worked_off(
    simulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookEvent.objects.create(
        provider="simulator",
        event_id="evt_9",
        type="account.updated",
        payload={},
        status=WebhookStatus.IGNORED,
    )

    assert webhooks.claim() is None
