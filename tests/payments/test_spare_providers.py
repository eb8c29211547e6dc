"""A provider that fails or hangs is left alone for a while, and the log tells of each call."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from payments.gateways import base, breaker, wire
from payments.gateways.base import GatewayUnavailable
from payments.models import GatewayLogSpool

pytestmark = pytest.mark.django_db


class Provider(BaseHTTPRequestHandler):
    status = 200
    asked = 0

    def do_GET(self) -> None:
        Provider.asked += 1
        self.send_response(Provider.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"id": "x", "email": "ana@example.com"}')

    def log_message(self, *_args: object) -> None:
        """The test's output stays clean."""


@pytest.fixture
def url() -> Iterator[str]:
    breaker.forget()
    Provider.status, Provider.asked = 200, 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/x"
        server.shutdown()
        thread.join()
    breaker.forget()


def test_an_exchange_is_logged_without_personal_data(url: str) -> None:
    answer = wire.of("acme").request("GET", url)

    entry = GatewayLogSpool.objects.get().entry
    assert answer.json()["email"] == "ana@example.com"
    assert (entry["provider"], entry["method"], entry["status"]) == ("acme", "GET", 200)
    assert entry["response"] == {"id": "x", "email": "•••"}


def test_a_provider_that_fails_in_a_row_is_not_asked_for_a_while(url: str) -> None:
    Provider.status = 500
    for _ in range(breaker.MAX_FAILURES):
        wire.of("acme").request("GET", url)

    with pytest.raises(GatewayUnavailable, match="given a rest"):
        wire.of("acme").request("GET", url)

    assert Provider.asked == breaker.MAX_FAILURES


def test_another_provider_is_asked_all_the_same(url: str) -> None:
    Provider.status = 500
    for _ in range(breaker.MAX_FAILURES):
        wire.of("acme").request("GET", url)
    Provider.status = 200

    assert wire.of("other").request("GET", url).status_code == 200


def test_who_was_away_for_a_moment_rests_shortly_and_who_stays_away_longer() -> None:
    acme = breaker.Breaker("acme")
    rests = []

    for _ in range(breaker.MAX_FAILURES + 6):
        acme._closed_until = 0.0  # the time has passed
        with acme.call() as call:
            call.has_failed = True
        rests.append(acme._closed_until - time.monotonic())

    assert max(rests[: breaker.MAX_FAILURES]) <= 2
    assert [round(rest) for rest in rests[breaker.MAX_FAILURES :]] == [4, 8, 16, 30, 30, 30]


def test_after_the_rest_one_answer_is_enough(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PAUSE_SECONDS", 0.0)
    Provider.status = 500
    for _ in range(breaker.MAX_FAILURES):
        wire.of("acme").request("GET", url)
    Provider.status = 200

    statuses = [wire.of("acme").request("GET", url).status_code for _ in range(3)]

    assert statuses == [200, 200, 200]


@pytest.mark.django_db(transaction=True)
def test_few_wait_together_for_a_provider_that_hangs(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "PATIENCE_SECONDS", 0.1)
    waiting = [
        threading.Thread(target=breaker_call, args=("acme",)) for _ in range(breaker.MAX_AT_ONCE)
    ]
    for thread in waiting:
        thread.start()
    for _ in waiting:
        assert entered.acquire(timeout=5)

    with pytest.raises(GatewayUnavailable):
        wire.of("acme").request("GET", url)

    done.set()
    for thread in waiting:
        thread.join()
    assert Provider.asked == 0


entered = threading.Semaphore(0)
done = threading.Event()


def breaker_call(provider: str) -> None:
    """Wait inside a call, as for an answer."""
    with breaker.of(provider).call():
        entered.release()
        done.wait(5)


def test_the_library_of_a_provider_without_keys_is_never_read(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(base._factories, "acme", "a.library.that.is.not.there")
    settings.GATEWAY_SETTINGS = {"acme": {"KEY": ""}}
    assert base.find("acme") is None

    settings.GATEWAY_SETTINGS = {"acme": {"KEY": "given"}}

    with pytest.raises(ImportError):
        base.find("acme")
