"""Errors reach a Sentry server, if the shop names one, and nobody's name goes with them."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import brotli
import pytest

from tests import servers

pytestmark = pytest.mark.django_db(transaction=True)
OPENED: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "": bytes,
}
SECRETS = (
    *("of-a-signed-link", "a-key-to", "a-session"),
    *("ana@example.com", "4111 1111", "987654321"),
)
FAIL = """
import logging, django
django.setup()
import sentry_sdk
from django.test import RequestFactory
from django.core.handlers.wsgi import WSGIHandler
from django.views.decorators.csrf import csrf_exempt

@csrf_exempt
def broken(request, **kwargs):
    card = "4111 1111 1111 1111"
    raise ValueError("ana@example.com has a card that breaks the shop")

from backoffice.monitoring import health_urls
from django.urls import path
health_urls.urlpatterns.append(path("broken/<str:token>/", broken))
environ = RequestFactory().post(
    "/broken/of-a-signed-link/?token=a-key-to-an-order", {"phone": "987654321"},
    headers={"Cookie": "sessionid=a-session"}, HTTP_HOST="testserver",
).environ
WSGIHandler()(environ, lambda *_: None)
sentry_sdk.flush(10)
"""


@pytest.fixture
def sentry() -> Iterator[tuple[str, list[str]]]:
    """An address, and what has come there."""
    came: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append(OPENED[self.headers.get("Content-Encoding", "")](body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://public@127.0.0.1:{server.server_port}/1", came
        server.shutdown()


def test_an_error_of_a_page_is_told_without_persons_and_keys(
    sentry: tuple[str, list[str]],
) -> None:
    address, came = sentry
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": servers.database_url(),
    }

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FAIL],
        env=environment | {"SENTRY_DSN": address},
        capture_output=True,
        text=True,
        check=False,
    )

    told = "".join(came)
    assert "has a card that breaks the shop" in told, done.stderr
    for secret in SECRETS:
        assert secret not in told + done.stderr
