"""The hosted page and the API, over real HTTP."""

import json
import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from simulator.delivery import Courier
from simulator.server import Server
from tests.faults.room import room

ORDER = {
    "reference": "TXN-1",
    "order": "PED-20261121-0001",
    "amount": 123450,
    "currency": "PEN",
    "return_url": "http://shop.test/back/?token=<a>&b",
    "language": "es",
    "expires_at": None,
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(secret="secret") as running:
        yield running


def ask(server: Server, method: str, path: str, body: str = "", **headers: str):
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request(method, path, body.encode(), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def test_the_page_says_what_is_paid_and_that_nothing_is_real(server):
    payment = server.bank.create(ORDER, "k")

    answer, html = ask(server, "GET", f"/pay/{payment['id']}")

    assert answer.status == 200
    assert "PED-20261121-0001" in html
    assert "S/ 1,234.50" in html
    assert "Esto es un simulador" in html
    assert "<script" not in html
    assert "form-action 'self' http://shop.test" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("form", "status", "captures"),
    [
        ("action=approve", "paid", 1),
        ("action=twice", "paid", 2),
        ("action=decline", "failed", 0),
        ("action=delay&seconds=5", "processing", 0),
        ("action=abandon", "open", 0),
    ],
)
def test_each_button_leads_back_to_the_shop(server, form, status, captures):
    payment = server.bank.create(ORDER, "k")

    answer, _ = ask(server, "POST", f"/pay/{payment['id']}", form)

    assert (answer.status, answer.headers["Location"]) == (303, ORDER["return_url"])
    found = server.bank.get(payment["id"])
    assert (found["status"], len(found["captures"])) == (status, captures)


def test_a_paid_page_that_is_sent_again_takes_no_more_money(server):
    payment = server.bank.create(ORDER, "k")
    ask(server, "POST", f"/pay/{payment['id']}", "action=approve")

    answer, _ = ask(server, "POST", f"/pay/{payment['id']}", "action=twice")

    assert answer.headers["Location"] == f"/pay/{payment['id']}"
    assert len(server.bank.get(payment["id"])["captures"]) == 1


def test_the_same_key_is_the_same_payment_and_another_request_is_refused(server):
    headers = {"Authorization": "Bearer secret", "Idempotency-Key": "k"}

    first = ask(server, "POST", "/v1/payments", json.dumps(ORDER), **headers)[1]
    again = ask(server, "POST", "/v1/payments", json.dumps(ORDER), **headers)[1]
    other, _ = ask(server, "POST", "/v1/payments", json.dumps({**ORDER, "amount": 1}), **headers)

    assert json.loads(first)["id"] == json.loads(again)["id"]
    assert other.status == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/payments", 401), ("/pay/unknown", 404), ("/", 404), ("/pay/../v1", 404)],
)
def test_strangers_learn_nothing(server, path, status):
    assert ask(server, "GET", path)[0].status == status


def test_a_payment_that_is_delayed_arrives_after_a_full_disk(tmp_path):
    with room(tmp_path / "disk", "256k") as disk:
        if disk is None:
            pytest.skip("needs the right to mount a file system")
        with Server(secret="secret", store=str(disk.folder / "bank.sqlite3")) as server:
            late = server.bank.create(ORDER, "k")
            server.bank.delay(late["id"], 1)

            disk.fill()
            with pytest.raises(sqlite3.OperationalError, match="full"):
                deque(server.bank.create(ORDER, f"{number}") for number in range(99))
            time.sleep(1.5)
            disk.clear()

            until = time.monotonic() + 10
            while server.bank.get(late["id"])["status"] != "paid" and time.monotonic() < until:
                time.sleep(0.1)
            assert server.bank.get(late["id"])["status"] == "paid"
            assert server.bank.create(ORDER, "after")["status"] == "open"


def test_a_webhook_is_brought_again_until_the_shop_has_it(server):
    payment = server.bank.create(ORDER, "k")
    server.bank.capture(payment["id"])
    courier = Courier(server.bank, url="http://127.0.0.1:9/", secret="secret")

    courier.deliver()

    with server.bank._lock:
        rows = server.bank._rows.execute("SELECT tries, delivered FROM delivery").fetchall()
    assert rows == [(1, 0)]
