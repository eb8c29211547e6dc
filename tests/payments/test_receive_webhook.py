"""At the door: who is let in, and that one message is kept once."""

import json

import pytest

from payments.models import WebhookEvent
from tests.concurrency import at_once
from tests.payments.factories import knock

EVENT = json.dumps({"id": "evt_1", "type": "payment.captured", "payment": "pay_1"}).encode()


@pytest.mark.django_db(transaction=True)
def test_sixteen_deliveries_at_once_are_one_event(simulator):
    answers = at_once(lambda: knock(EVENT).status_code, times=16)

    assert answers == [200] * 16
    assert WebhookEvent.objects.count() == 1


@pytest.mark.django_db
def test_a_sign_that_no_database_keeps_loses_no_event(simulator):
    answer = knock(EVENT[:-1] + b', "by": "\\u0000Ana"}')

    assert answer.status_code == 200
    assert WebhookEvent.objects.get().payload["by"] == "Ana"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (EVENT, {"secret": "another"}),
        (EVENT, {"late": 301}),
        (EVENT, {"late": -400}),
        (b"not json", {}),
        (b"[]", {}),
        (b"\xff\xfe", {}),
        (b"{" + b" " * 70_000 + b"}", {}),
    ],
)
def test_what_the_provider_did_not_sign_just_now_is_refused(simulator, body, changes):
    assert knock(body, **changes).status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_a_changed_body_is_refused(simulator, client):
    signature = knock(EVENT).wsgi_request.headers["Simulator-Signature"]
    changed = EVENT.replace(b"pay_1", b"pay_2").replace(b"evt_1", b"evt_2")

    answer = client.post(
        "/webhooks/simulator/",
        changed,
        content_type="application/json",
        headers={"Simulator-Signature": signature},
    )

    assert answer.status_code == 400
    assert WebhookEvent.objects.count() == 1


@pytest.mark.django_db
def test_outside_the_demo_nobody_listens_to_the_simulator(simulator, settings):
    settings.DEMO = False

    assert knock(EVENT).status_code == 400
