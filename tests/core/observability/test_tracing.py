"""A checkout is one trace, from the page into the worker, and nobody's name is in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from outbox.models import Message
from tests import servers
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db(transaction=True)

# The web process is forked from one that has loaded the shop, as those of the web server are.
BUY_AND_DELIVER = """
import os, sys, django
django.setup()
web = os.fork()
if not web:
    import config.wsgi
    from django.test import Client
    from tests.checkout.factories import fill_cart, form_data
    client = Client()
    fill_cart(client, sys.argv[1])
    answer = client.post("/checkout/", form_data())
    assert answer.status_code == 302, answer.text
    sys.exit()
assert os.waitpid(web, 0)[1] == 0
from config.celery import collect_traces
from outbox.tasks import deliver_due
collect_traces()
assert deliver_due()
"""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """An address, and what has come there."""
    came: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            came.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()


def in_a_process(code: str, collector: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *words],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": servers.database_url(),
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def spans(came: list[bytes]) -> dict[str, list[Span]]:
    """By the part of the shop that has sent them."""
    found: dict[str, list[Span]] = {}
    for body in came:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            [part] = [
                each.value.string_value
                for each in resource.resource.attributes
                if each.key == "service.name"
            ]
            for scope in resource.scope_spans:
                found.setdefault(part, []).extend(scope.spans)
    return found


def test_a_checkout_is_one_trace_from_the_page_into_the_worker_and_names_nobody(
    collector: tuple[str, list[bytes]],
) -> None:
    address, came = collector
    open_shop()
    in_a_process(BUY_AND_DELIVER, address, stocked(3).sku)

    found = spans(came)
    [bought] = [span for span in found["vitrina-web"] if span.name == "POST /checkout/"]
    trace = {
        part: [span for span in spans if span.trace_id == bought.trace_id]
        for part, spans in found.items()
    }

    names = {span.name for span in trace["vitrina-web"]}
    assert {"INSERT", "SELECT"} <= names
    assert any(name.startswith(("H", "MULTI", "WATCH")) for name in names), names  # Redis
    assert "orders.handlers.mail_placed" in {span.name for span in trace["vitrina-worker"]}
    assert not Message.objects.due().exists()
    sent = b"".join(came)
    assert b"POST /checkout/" in sent
    for personal in ("ana@example.com", "Quispe", "987654321", "Larco", "Puerta azul"):
        assert personal.encode() not in sent, personal
