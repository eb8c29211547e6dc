"""The log tells one purchase from the click to the mail, and nobody's name, address or key."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client
from django.urls import reverse
from structlog.contextvars import get_contextvars

from config.logs import Traces
from config.processes import Supervisor
from orders.events import OrderPlaced
from orders.links import token_for
from orders.models import Order
from outbox import registry
from outbox.models import Message
from outbox.services import publish
from outbox.tasks import deliver_due
from payments import tasks
from payments.models import Payment
from tests import servers
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.payments.factories import PaymentMethodFactory, held_order, knock
from tests.waiting import until

pytestmark = pytest.mark.django_db

PERSONAL = ("ana@example.com", "Quispe", "987654321", "Larco", "Puerta azul")


class Written(logging.Handler):
    """What the log's own formatter makes of each line."""

    def __init__(self, formatter: logging.Formatter | None) -> None:
        super().__init__()
        self.formatter = formatter
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(self.format(record))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(each) for each in self.text]


@pytest.fixture
def log(settings: Any) -> Iterator[Written]:
    root, given = logging.getLogger(), dict(settings.LOGGING["formatters"]["json"])
    # One that has written no trace yet, each of which it writes once a minute.
    processors = [Traces() if isinstance(each, Traces) else each for each in given["processors"]]
    handler = Written(given.pop("()")(**given | {"processors": processors}))
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


def buy(client: Client) -> Order:
    """As a guest, with the simulator's card; the webhook comes, the worker works."""
    open_shop()
    PaymentMethodFactory.create()
    fill_cart(client, stocked(3).sku)
    client.post("/checkout/", form_data(payment="card"))
    return Order.objects.get()


def is_paid(order: Order, simulator: Any) -> Payment:
    payment = Payment.objects.get(order=order)
    simulator.bank.capture(payment.gateway_id)
    event = {"id": "evt_1", "type": "payment.captured", "payment": payment.gateway_id}
    assert knock(json.dumps(event).encode()).status_code == 200
    tasks.process_webhooks()
    deliver_due()
    return payment


def test_one_purchase_is_followed_by_its_number(
    client: Client, simulator: Any, log: Written
) -> None:
    order = buy(client)
    payment = is_paid(order, simulator)
    client.get(f"/orders/{order.number}/", {"token": token_for(order)})

    about = [line for line in log.lines if line.get("order") == order.number]
    said = [line.get("request") or line["event"] for line in about]
    in_tasks = {line["task"] for line in about if "task" in line}

    assert "POST /checkout/" in said
    assert f"GET /orders/{order.number}/" in said
    assert "The payment is captured" in said
    assert "Delivered OrderPlaced" in said
    assert "Delivered OrderPaid" in said
    assert in_tasks == {"payments.tasks.process_webhooks", "outbox.tasks.deliver_due"}
    assert payment.number in {line.get("payment") for line in about}


def test_what_a_request_has_caused_carries_its_id_into_the_worker(
    client: Client, simulator: Any, log: Written
) -> None:
    order = buy(client)
    deliver_due()

    [request] = [line for line in log.lines if line.get("request") == "POST /checkout/"]
    caused = [line for line in log.lines if line["event"] == "Delivered OrderPlaced"]

    assert caused
    assert {line["request_id"] for line in caused} == {request["request_id"]}
    assert all(line["order"] == order.number and line["handler"] for line in caused)


def test_no_line_names_the_shopper_or_opens_the_order(
    client: Client, simulator: Any, log: Written
) -> None:
    order = buy(client)
    is_paid(order, simulator)
    token = token_for(order)
    client.get(f"/orders/{order.number}/", {"token": token})
    client.get("/search/", {"q": "ana@example.com"})
    client.get(f"/reviews/order/{token}/")
    client.get("/no/such/place/", {"token": token})

    written = "\n".join(log.text)

    assert log.text
    assert [each for each in (*PERSONAL, token, "127.0.0.1") if each in written] == []


def test_a_link_that_sets_a_password_is_not_written(client: Client, log: Written) -> None:
    user = UserFactory.create()
    key = default_token_generator.make_token(user)
    uid = "x1"

    client.get(reverse("account_reset_password_from_key", args=[uid, key]))
    logging.getLogger("shop").error("GET /account/password/reset/key/%s-%s/", uid, key)

    assert log.text
    assert key not in "\n".join(log.text)


def test_an_error_is_written_without_what_it_knew(log: Written) -> None:
    secret = "sk_live_1234567890abcdef"
    try:
        int(f"ana@example.com paid with 4111 1111 1111 1111, {secret}")
    except ValueError:
        logging.getLogger("shop").exception("It broke for %s", "ana@example.com")

    [line] = log.lines
    assert "ValueError" in line["exception"]
    for each in ("ana@example.com", "4111 1111 1111 1111", secret):
        assert each not in log.text[0]


class Nothing(registry.Event):
    """Nobody else hears of it."""


def test_one_task_says_nothing_of_another(log: Written) -> None:
    seen: list[dict[str, Any]] = []
    registry.subscribe(Nothing)(lambda _event: seen.append(dict(get_contextvars())))
    publish(Nothing())
    Message.objects.update(context={"order": "PED-20260101-0001"})

    deliver_due()
    publish(Nothing())
    deliver_due()

    assert seen[0]["order"] == "PED-20260101-0001"
    assert "order" not in seen[1]
    assert get_contextvars() == {}


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_says_which_order_its_work_is_about_and_outlives_its_connections(
    tmp_path: Path,
) -> None:
    order = held_order()
    with Supervisor(tmp_path) as supervisor:
        child = supervisor.start(
            "worker",
            [
                *(sys.executable, "-W", "ignore", "-m", "celery", "--app", "config", "worker"),
                *("--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "INFO"),
            ],
            environment={**os.environ, "DATABASE_URL": servers.database_url()},
        )
        for number in ("PED-20260101-0001", "PED-20260101-0002"):
            publish(OrderPlaced(order_id=str(order.pk)))
            Message.objects.filter(delivered_at=None).update(context={"order": number})
            deliver_due.delay()
            until(lambda: not Message.objects.filter(delivered_at=None).exists())
            hang_up_on_all_others()
        told = child.log.read_text()

    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    delivered = [line for line in lines if line["event"] == "Delivered OrderPlaced"]
    assert {line["order"] for line in delivered} == {"PED-20260101-0001", "PED-20260101-0002"}, told
    assert {line["task"] for line in delivered} == {"outbox.tasks.deliver_due"}
    assert all(line["task_id"] for line in delivered)


def hang_up_on_all_others() -> None:
    """As a PostgreSQL that is started again does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
