"""What is written about conversations with providers, and where it goes when MongoDB is away."""

import time

import pytest

from core.observability.redaction import HIDDEN
from payments.gateway_log import spool, store
from payments.models import GatewayLogSpool
from payments.services.settle import settle
from payments.states import PaymentState
from tests import databases
from tests.payments.factories import close_log, held_order, pay


@pytest.fixture(autouse=True)
def _closed_client(settings):
    usual = settings.MONGODB_URL
    yield
    close_log(settings.MONGODB_URL, usual)


@pytest.mark.django_db
def test_with_mongodb_away_payments_go_on_and_the_log_waits(simulator, settings):
    settings.MONGODB_URL = "mongodb://127.0.0.1:9/nothing"
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)
    began = time.monotonic()

    assert settle(payment.pk).state == PaymentState.CAPTURED
    assert store.drain() == 0

    assert time.monotonic() - began < 5
    assert GatewayLogSpool.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_with_postgresql_away_the_log_waits_in_memory() -> None:
    with databases.closed():
        for number in range(3):
            spool.record({"provider": "stripe", "request": {"number": number}})

    until = time.monotonic() + 20
    while GatewayLogSpool.objects.count() < 3 and time.monotonic() < until:
        time.sleep(0.1)
    said = [row.entry["request"]["number"] for row in GatewayLogSpool.objects.order_by("pk")]
    assert said == [0, 1, 2]


@pytest.mark.django_db
def test_the_log_moves_to_mongodb(simulator, mongo):
    pay(held_order())

    assert store.drain() == 1

    entry = mongo["gateway_log"].find_one()
    assert (entry["provider"], entry["status"]) == ("simulator", 200)
    assert "a secret" not in str(entry)
    assert not GatewayLogSpool.objects.exists()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"card_number": "4242"}, {"card_number": HIDDEN}),
        ({"note": "4242 4242 4242 4242"}, {"note": f"{HIDDEN}4242"}),
        ({"note": 4242424242424242}, {"note": f"{HIDDEN}4242"}),
        ({"note": "ana@example.com pays"}, {"note": f"{HIDDEN} pays"}),
        ({"note": "Bearer abcdefghijk"}, {"note": HIDDEN}),
        ({"card": {"cardholder": {"name": "Ana"}}}, {"card": {"cardholder": HIDDEN}}),
        ({"payer": {"identification": {"number": "1"}}}, {"payer": {"identification": HIDDEN}}),
        ({"a": [{"api_key": "x"}]}, {"a": [{"api_key": HIDDEN}]}),
        ({"amount": 12990, "at": "20261121-0001"}, {"amount": 12990, "at": "20261121-0001"}),
    ],
)
def test_secrets_and_people_are_blotted_out(value, kept):
    assert spool.redact(value) == kept
