"""At the door: whom the shop believes that Mercado Pago has rung, and what it makes of it."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from payments import gateways, tasks
from payments.gateways import breaker
from payments.models import WebhookEvent, WebhookStatus
from tests.payments.steps import begin
from tests.providers.mercadopago.api import sign
from tests.providers.mercadopago.driver import SECRET, TOKEN
from tests.providers.server import Fault, Knock

pytestmark = pytest.mark.django_db


def knock(
    data_id: str = "123", *, late: float = 0, unit: int = 1, secret: str = SECRET, **changes: Any
) -> Knock:
    """A message about a payment, signed so many seconds ago."""
    sent_at = str(int((time.time() - late) * unit))
    event = {"id": 1, "type": "payment", "action": "payment.updated", "live_mode": True}
    headers = {"X-Request-Id": "r-1", "X-Signature": sign(data_id, "r-1", sent_at, secret)}
    body = event | {"data": {"id": data_id}} | changes
    return Knock(json.dumps(body).encode(), headers, f"data.id={data_id}&type=payment")


def resigned(right: Knock, signature: str) -> Knock:
    return replace(right, headers={**right.headers, "X-Signature": signature})


@pytest.mark.parametrize("unit", [1, 1000])
def test_a_time_in_seconds_and_one_in_milliseconds_are_understood(mercadopago, unit):
    assert mercadopago.post(knock(unit=unit)).status_code == 200
    assert mercadopago.post(knock(unit=unit, late=290)).status_code == 200
    assert mercadopago.post(knock(unit=unit, late=310)).status_code == 400
    assert mercadopago.post(knock(unit=unit, late=-310)).status_code == 400


def test_an_id_may_be_signed_as_it_is_or_in_lower_case(mercadopago):
    as_sent, lowered = knock("ORD01ABC"), knock("ord01abc")

    assert mercadopago.post(as_sent).status_code == 200
    assert mercadopago.post(replace(lowered, query="data.id=ORD01ABC")).status_code == 200
    assert WebhookEvent.objects.values_list("about__id", flat=True).distinct().get() == "ORD01ABC"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda right: replace(right, query="data.id=124"),
        lambda right: replace(right, query=""),
        lambda right: replace(right, query="data.id=../v1/x"),
        lambda right: replace(right, headers=right.headers | {"X-Request-Id": "r-2"}),
        lambda right: replace(right, headers={"X-Request-Id": "r-1"}),
        lambda right: resigned(right, "nonsense"),
        lambda right: resigned(right, right.headers["X-Signature"].partition("v1=")[0] + "v1=é"),
        lambda right: resigned(right, right.headers["X-Signature"].partition(",")[0]),
        lambda right: replace(right, body=b"not JSON"),
        lambda right: replace(right, body=b"[]"),
        lambda right: replace(right, body=b" " * 70_000),
        lambda _right: knock(secret="another"),
    ],
)
def test_what_is_not_signed_or_not_readable_is_refused_and_not_kept(mercadopago, wrong):
    assert mercadopago.post(wrong(knock())).status_code == 400
    assert not WebhookEvent.objects.exists()


def test_the_same_message_ten_times_is_one_event(mercadopago):
    answers = {mercadopago.post(knock()).status_code for _ in range(10)}

    assert answers == {200}
    assert WebhookEvent.objects.count() == 1


def test_the_body_is_not_believed_only_the_id_that_was_signed(mercadopago):
    payment = begin(mercadopago)
    mercadopago.pay(payment)
    right = mercadopago.knocks()[-1]
    lie = json.loads(right.body) | {"data": {"id": "666", "status": "approved"}, "amount": 1}

    mercadopago.post(replace(right, body=json.dumps(lie).encode()))
    tasks.process_webhooks()

    payment.refresh_from_db()
    assert payment.state == "captured"


@pytest.mark.parametrize(
    "changes", [{"type": "topic_merchant_order_wh", "action": "update"}, {"live_mode": False}]
)
def test_what_is_about_no_payment_or_about_test_money_is_kept_and_left(mercadopago, changes):
    assert mercadopago.post(knock(**changes)).status_code == 200

    assert WebhookEvent.objects.get().status == WebhookStatus.IGNORED
    tasks.process_webhooks()
    assert mercadopago.server.exchanges == []


def test_while_mercado_pago_cannot_be_asked_the_event_waits(mercadopago):
    payment = begin(mercadopago)
    mercadopago.pay(payment)
    mercadopago.post(mercadopago.knocks()[-1])
    mercadopago.server.fail("GET /v1/payments/", Fault.BROKEN)

    tasks.process_webhooks()
    assert WebhookEvent.objects.get().status == WebhookStatus.RECEIVED
    WebhookEvent.objects.update(due_at=timezone.now())
    tasks.process_webhooks()

    payment.refresh_from_db()
    assert payment.state == "captured"


@pytest.mark.parametrize(("country", "currency"), [("", "PEN"), ("CL", "CLP"), ("CO", "COP")])
def test_an_account_takes_the_money_of_its_country_alone(settings, country, currency):
    keys = {"ACCESS_TOKEN": TOKEN, "WEBHOOK_SECRET": SECRET, "COUNTRY": country, "API_BASE": ""}
    settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {"mercadopago": keys}
    breaker.forget()

    gateway = gateways.get("mercadopago")

    assert gateway.accepts(currency)
    assert not gateway.accepts("USD")
