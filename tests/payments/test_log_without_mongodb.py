"""A shop that names no MongoDB: the log of the gateways waits in PostgreSQL and is read there."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from backoffice.monitoring import health, system_status
from payments.gateway_log import reader, store
from payments.gateway_log.reader import Question
from payments.models import GatewayLogSpool
from tests.payments.factories import held_order, pay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_mongodb(settings: Any) -> None:
    settings.MONGODB_URL = ""


def test_what_was_said_is_found(simulator: Any) -> None:
    payment = pay(held_order())

    assert store.drain() == 0

    [said] = reader.find(Question(provider="simulator"))
    assert said.payment == payment.number
    assert reader.summary(timezone.now() - timedelta(hours=1))["simulator"].p95 is not None


def test_nobody_is_told_that_a_server_is_away() -> None:
    assert "mongodb" not in health.states()
    with translation.override("en"):
        [log] = [check for check in system_status.checks() if "log" in check.name]
        assert (log.said, log.is_well) == ("waits in PostgreSQL", True)


def test_entries_of_a_backup_with_mongodb_come_back_once() -> None:
    entry = {"_id": str(uuid4()), "provider": "stripe", "created_at": timezone.now(), "at": ""}

    store.put_back([entry])
    store.put_back([entry])

    assert [said.provider for said in reader.find(Question())] == ["stripe"]


def test_old_entries_do_not_wait_for_ever() -> None:
    GatewayLogSpool.objects.create(entry={}, created_at=timezone.now() - timedelta(days=181))

    store.drain()

    assert not GatewayLogSpool.objects.exists()
