"""A server dies under a running store: what must go on goes on, the rest says so."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from catalog.models import Variant
from config import embedded
from config.processes import Child, Supervisor
from config.run import free_port, start_web
from orders.links import order_link, token_for
from orders.models import Order
from orders.states import PaymentStatus
from outbox.models import Message
from payments import tasks
from payments.gateway_log import store as log_store
from payments.models import GatewayLogSpool, Payment, WebhookEvent
from payments.services.settle import settle
from payments.states import PaymentState
from simulator.delivery import sign
from simulator.server import Server
from tests import servers
from tests.checkout.factories import form_data, open_shop
from tests.faults.proxy import Cut, Proxy
from tests.faults.visitor import Visitor
from tests.inventory.factories import stocked
from tests.payments.factories import PaymentMethodFactory, close_log, held_order, pay
from tests.secrets import SECRET
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"Accept": "application/json"}


BROWSING = "/", "/p/{0.slug}/", "/c/{0.category.slug}/", "/search/?q=producto"


@dataclass(frozen=True)
class Store:
    """The web server, with a Valkey that is nobody else's and a proxy before it."""

    proxy: Proxy
    valkey: Child


@pytest.fixture
def store(tmp_path: Path, simulator: Server, transactional_db: None) -> Iterator[Store]:
    with Proxy() as proxy, Supervisor(tmp_path) as supervisor:
        own = embedded.start(supervisor, ["REDIS_URL"], durable=False)
        proxy.shop_port = free_port("127.0.0.1", 0)
        environment = {
            **os.environ,
            **own,
            "DATABASE_URL": servers.database_url(),
            "DEMO": "1",
            "SITE_URL": proxy.url,
            "SIMULATOR_API_BASE": simulator.url,
            "SIMULATOR_SECRET": SECRET,
        }
        [valkey] = supervisor.children
        start_web(supervisor, "127.0.0.1", proxy.shop_port, environment)
        yield Store(proxy, valkey)


@pytest.fixture
def visitor(store: Store) -> Visitor:
    return Visitor(store.proxy.url)


@pytest.fixture
def variant() -> Variant:
    open_shop()
    PaymentMethodFactory.create()
    return stocked(5)


def test_without_valkey_people_browse_and_pay_and_only_the_cart_says_that_it_is_away(
    store: Store, visitor: Visitor, variant: Variant, simulator: Server
) -> None:
    one = {"variant": variant.sku, "quantity": "1"}
    assert visitor.post("/cart/add/", one).status == 302

    while_it_is_frozen(store, visitor, variant)
    order, held = held_order(variant), variant.stock_levels.get().reserved
    store.valkey.stop()

    pages = {path: visitor.get(path).status for path in pages_of(variant)}
    refused = [
        visitor.post("/cart/add/", one),
        visitor.get("/cart/"),
        visitor.get("/en/checkout/"),
    ]
    program = visitor.post("/cart/add/", one, **JSON)
    assert pages == dict.fromkeys(pages, 200)
    assert [(each.status, each.is_page_of_the_shop) for each in refused] == [(503, True)] * 3
    assert (program.status, "error" in program.text) == (503, True)
    assert '"redis": "ok"' not in visitor.get("/readyz").text
    assert variant.stock_levels.get().reserved == held
    is_paid(order, visitor, simulator)


def while_it_is_frozen(store: Store, visitor: Visitor, variant: Variant) -> None:
    """Pages come and nobody waits long; then all is as before."""
    one = {"variant": variant.sku, "quantity": "1"}
    os.kill(store.valkey.process.pid, signal.SIGSTOP)

    first, later = [_timed(visitor, pages_of(variant)) for _ in range(2)]
    refused = [visitor.get("/cart/"), visitor.post("/cart/add/", one)]
    os.kill(store.valkey.process.pid, signal.SIGCONT)
    # Each web process finds out by itself that it is back.
    until(lambda: visitor.post("/cart/add/", one).status == 302, seconds=10)

    assert {status for status, _seconds in first + later} == {200}
    assert max(seconds for _status, seconds in first + later) < 5
    assert sum(seconds for _status, seconds in later) < 8
    assert [(each.status, each.is_page_of_the_shop) for each in refused] == [(503, True)] * 2


def is_paid(order: Order, visitor: Visitor, simulator: Server) -> None:
    """One that stands goes its way; news waits in the database until the broker is back."""
    visitor.get(f"/checkout/pay/{order.number}/?token={token_for(order)}")
    sent = visitor.post(
        f"/checkout/pay/{order.number}/", {"payment": "card", "token": token_for(order)}
    )
    payment = Payment.objects.get()
    simulator.bank.capture(payment.gateway_id)
    rung = [_ring(visitor, delivery.body) for delivery in simulator.bank.due_deliveries()]
    back = visitor.get(f"/payments/return/{order.number}/?key={token_for(order)}")

    assert sent.location.startswith(simulator.url)
    assert (rung, back.status) == ([200], 302)
    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PAID
    assert visitor.get(order_link(order)).status == 200
    assert Message.objects.due().exists()


def test_without_postgresql_people_and_webhooks_are_asked_to_come_again(
    visitor: Visitor, variant: Variant, simulator: Server
) -> None:
    payment = pay(held_order(variant))
    simulator.bank.capture(payment.gateway_id)
    [delivery] = simulator.bank.due_deliveries()
    product = f"/p/{variant.product.slug}/"

    with _closed_to_newcomers():
        refused = [
            visitor.get(product),
            visitor.post("/cart/add/", {"variant": variant.sku, "quantity": "1"}),
        ]
        while_away = _ring(visitor, delivery.body)
        alive = visitor.get("/healthz").status
    afterwards = _ring(visitor, delivery.body)
    tasks.process_webhooks()

    assert [(each.status, each.is_page_of_the_shop) for each in refused] == [(503, True)] * 2
    assert visitor.get(product).status == 200
    assert (while_away, alive, afterwards) == (503, 200, 200)
    assert WebhookEvent.objects.count() == 1
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_an_order_whose_answer_was_lost_is_placed_once(
    store: Store, visitor: Visitor, variant: Variant, simulator: Server
) -> None:
    visitor.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})
    visitor.get("/checkout/")
    form = form_data(payment="card")

    store.proxy.cut = Cut.ANSWER_LOST
    with pytest.raises((OSError, HTTPException)):
        visitor.post("/checkout/", form)
    store.proxy.cut = None
    again = visitor.post("/checkout/", form)

    order = Order.objects.get()
    assert again.location.startswith(simulator.url)
    assert order.payments.count() == 1
    assert variant.stock_levels.get().reserved == 1
    assert Message.objects.filter(handler="orders.handlers.mail_placed").count() == 1


def test_without_mongodb_payments_go_on_and_the_log_catches_up(
    tmp_path: Path, simulator: Server, settings: Any
) -> None:
    with Supervisor(tmp_path) as supervisor:
        settings.MONGODB_URL = _start_mongo(supervisor)
        payment = pay(held_order())
        sent_before = _drained()
        supervisor.children.pop().stop()

        simulator.bank.capture(payment.gateway_id)
        settled = settle(payment.pk)
        sent_meanwhile = _drained()
        waiting = GatewayLogSpool.objects.count()
        settings.MONGODB_URL = _start_mongo(supervisor)
        sent_afterwards = _drained()

    assert settled.state == PaymentState.CAPTURED
    assert (sent_before, sent_meanwhile, waiting, sent_afterwards) == (1, 0, 1, 1)
    assert not GatewayLogSpool.objects.exists()


def pages_of(variant: Variant) -> list[str]:
    return [path.format(variant.product) for path in BROWSING]


def _timed(visitor: Visitor, paths: list[str]) -> list[tuple[int, float]]:
    """Status and seconds of each page."""
    found = []
    for path in paths:
        began = time.monotonic()
        found.append((visitor.get(path).status, time.monotonic() - began))
    return found


def _ring(visitor: Visitor, body: bytes) -> int:
    signature = sign(body, SECRET, int(time.time()))
    return visitor.bring("/webhooks/simulator/", body, **{"Simulator-Signature": signature}).status


@contextmanager
def _closed_to_newcomers() -> Iterator[None]:
    """The database ends everybody's connection but ours, and lets nobody in."""
    ours = connection.settings_dict["NAME"]
    name = connection.ops.quote_name(ours)
    with psycopg.connect(
        embedded.conninfo(servers.database_url("postgres")), autocommit=True
    ) as master:
        master.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        master.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> %s",
            [ours, connection.connection.info.backend_pid],
        )
        try:
            yield
        finally:
            master.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def _start_mongo(supervisor: Supervisor) -> str:
    return embedded.start(supervisor, ["MONGODB_URL"], durable=False)["MONGODB_URL"]


def _drained() -> int:
    """How many entries went to MongoDB, by a connection made for it."""
    try:
        return log_store.drain()
    finally:
        close_log(settings.MONGODB_URL, os.environ["MONGODB_URL"])
