"""What `/metrics` tells, and whom."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from backoffice.models import Backup
from backoffice.monitoring import health, queues
from inventory import services as inventory
from inventory.models import Reservation
from orders.tasks import check_stock
from outbox.models import Message
from payments.models import WebhookEvent
from payments.tasks import check_orders
from tests.commands import run
from tests.inventory.factories import stocked
from tests.orders.test_check_stock import falsify
from tests.payments.factories import held_order, pay

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-more-than-twenty-letters"
LABEL = r'\w+="[^"\n]*"'
SAMPLE = re.compile(rf"(?P<name>\w+)(?:\{{{LABEL}(?:,{LABEL})*\}})? (?:\+Inf|-?[\d.e+]+)")


def told(client: Client, **headers: str) -> str:
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    return response.text


@pytest.fixture
def token(settings: Any) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


def test_who_has_the_token_reads_from_anywhere_by_any_name(client: Client, token: str) -> None:
    far = Client(REMOTE_ADDR="203.0.113.9", HTTP_HOST="10.1.2.3:8000")

    right = far.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    wrong = far.get("/metrics", headers={"Authorization": f"Bearer {token[:-1]}"})
    none = client.get("/metrics", REMOTE_ADDR="203.0.113.9")

    assert right.status_code == 200
    assert "vitrina_outbox_waiting 0" in right.text
    assert (wrong.status_code, none.status_code) == (400, 404)


def test_a_shop_without_a_token_takes_none(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""

    answer = client.get("/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="203.0.113.9")

    assert answer.status_code == 404


def test_every_line_is_prometheus_and_every_name_says_what_it_is(client: Client) -> None:
    kinds = {}
    for line in told(client).splitlines():
        if line.startswith("# TYPE "):
            _hash, _type, name, kind = line.split()
            assert name not in kinds
            kinds[name] = kind
        elif not line.startswith("# HELP "):
            found = SAMPLE.fullmatch(line)
            assert found, line
            assert re.sub("_(bucket|sum|count)$", "", found["name"]) in kinds

    assert all(name.startswith("vitrina_") for name in kinds)
    assert {name for name, kind in kinds.items() if kind == "counter"} == {
        name for name in kinds if name.endswith("_total")
    }


def test_payments_are_told_by_gateway_and_outcome(client: Client, simulator: Any) -> None:
    paid, failed = pay(held_order()), pay(held_order())
    simulator.bank.capture(paid.gateway_id)
    type(paid).objects.filter(pk=paid.pk).update(state="captured", captured=100)
    type(failed).objects.filter(pk=failed.pk).update(state="failed")

    text = told(client)

    assert 'vitrina_payments_last_hour{gateway="simulator",outcome="captured"} 1' in text
    assert 'vitrina_payments_last_hour{gateway="simulator",outcome="failed"} 1' in text


def test_old_payments_are_not_counted_and_silent_gateways_are(
    client: Client, simulator: Any
) -> None:
    payment = pay(held_order())
    long_ago = timezone.now() - timedelta(hours=2)
    type(payment).objects.filter(pk=payment.pk).update(created_at=long_ago)

    text = told(client)

    assert 'vitrina_payments_last_hour{gateway="simulator",outcome="captured"} 0' in text
    assert 'outcome="open"' not in text


def test_orders_are_told_by_status(client: Client) -> None:
    held_order()

    text = told(client)

    assert 'vitrina_orders_open{status="pending"} 1' in text
    assert 'vitrina_orders_last_day{status="pending"} 1' in text
    assert 'vitrina_orders_last_day{status="expired"} 0' in text


def seconds(text: str, series: str) -> float:
    [line] = [line for line in text.splitlines() if line.startswith(f"{series} ")]
    return float(line.rpartition(" ")[2])


def test_what_waits_is_told_by_its_age(client: Client, simulator: Any) -> None:
    ago = timezone.now() - timedelta(minutes=10)
    WebhookEvent.objects.create(provider="simulator", event_id="1", payload={}, created_at=ago)
    WebhookEvent.objects.create(provider="simulator", event_id="2", payload={})
    # Tried before, and to be tried again later: it waits all the same.
    later = timezone.now() + timedelta(hours=1)
    Message.objects.create(event="x.E", payload={}, handler="x.h", created_at=ago, due_at=later)

    text = told(client)

    assert seconds(text, 'vitrina_webhook_lag_seconds{provider="simulator"}') == pytest.approx(
        600, abs=30
    )
    assert seconds(text, "vitrina_outbox_oldest_seconds") == pytest.approx(600, abs=30)


def test_a_hold_that_nobody_releases_is_told(client: Client) -> None:
    variant = stocked(3)
    inventory.reserve(
        {variant.pk: 1}, reference=uuid4(), until=timezone.now() + timedelta(minutes=5)
    )
    assert seconds(told(client), "vitrina_holds_overdue_seconds") == 0

    Reservation.objects.update(expires_at=timezone.now() - timedelta(minutes=5))

    assert seconds(told(client), "vitrina_holds_overdue_seconds") == pytest.approx(300, abs=30)


def test_stock_differences_are_those_of_the_last_proof(client: Client) -> None:
    stocked(3)
    assert "\nvitrina_stock_differences " not in told(client)

    check_stock()
    assert "\nvitrina_stock_differences 0\n" in told(client)

    falsify(on_hand=5)
    check_stock()
    assert "\nvitrina_stock_differences 1\n" in told(client)

    run("check_stock", "--warehouse", "NONE")
    assert "\nvitrina_stock_differences 1\n" in told(client)

    run("check_stock", "--fix")
    assert "\nvitrina_stock_differences 0\n" in told(client)


def test_order_differences_are_those_of_the_last_proof(client: Client) -> None:
    order = held_order()
    assert "\nvitrina_order_differences " not in told(client)

    check_orders()
    text = told(client)
    assert "\nvitrina_order_differences 0\n" in text
    assert seconds(text, "vitrina_orders_proved_timestamp_seconds") > 0

    type(order).objects.update(expires_at=timezone.now() - timedelta(hours=1))
    run("check_orders")
    assert "\nvitrina_order_differences 1\n" in told(client)

    run("check_orders", "--until", "2000-01-01")
    assert "\nvitrina_order_differences 1\n" in told(client)


def test_a_queue_that_nobody_has_ever_worked_off_is_idle_without_end(client: Client) -> None:
    cache.clear()
    queues.beat("money")

    text = told(client)

    assert seconds(text, 'vitrina_queue_idle_seconds{queue="money"}') < 30
    assert 'vitrina_queue_idle_seconds{queue="reports"} +Inf\n' in text


def test_the_age_of_the_last_backup_is_told(client: Client) -> None:
    assert "\nvitrina_backup_timestamp_seconds " not in told(client)

    Backup.objects.create(size=7, created_at=timezone.now() - timedelta(days=3))
    made = Backup.objects.create(size=8)

    text = told(client)
    assert seconds(text, "vitrina_backup_timestamp_seconds") == pytest.approx(
        made.created_at.timestamp(), abs=60
    )
    assert "\nvitrina_backup_bytes 8\n" in text


def test_without_postgresql_the_rest_is_told(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_postgresql", lambda: "away")

    text = told(client, Authorization=f"Bearer {token}")

    assert 'vitrina_server_up{server="postgresql"} 0' in text
    assert 'vitrina_server_up{server="redis"} 1' in text
    assert "vitrina_orders_open" not in text


def test_without_redis_the_rest_is_told(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    text = told(client)

    assert 'vitrina_server_up{server="redis"} 0' in text
    assert "vitrina_queue_idle_seconds{" not in text
    assert "vitrina_outbox_waiting 0" in text
