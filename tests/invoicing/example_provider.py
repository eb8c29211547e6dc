"""
A provider as a shop would write one, speaking HTTP with a stand-in for the real service.

An app of the shop's own holds such a class and calls `register("example", ExampleProvider)` in its
AppConfig's `ready`; the setting INVOICING_PROVIDER then names `example`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import requests

from invoicing.models import FiscalDocument
from invoicing.providers import Answer, ProviderUnavailable
from invoicing.states import SubmissionState


class ExampleProvider:
    """PUT puts a document under its number, however often; GET says what has become of it."""

    address = ""

    def send(self, document: FiscalDocument) -> Answer:
        return self._call(
            "PUT",
            document,
            {
                "kind": document.kind,
                "issuer": document.issuer_tax_id,
                "customer": document.customer_document,
                "total": str(document.total),
                "tax": str(document.tax),
                "lines": document.lines,
                "corrects": document.corrects.number if document.corrects else None,
            },
        )

    def status(self, document: FiscalDocument) -> Answer:
        return self._call("GET", document)

    def _call(self, method: str, document: FiscalDocument, body: Any = None) -> Answer:
        url = f"{self.address}/documents/{document.number}"
        try:
            answer = requests.request(method, url, json=body, timeout=(2, 8))
            answer.raise_for_status()
            said = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        return Answer(
            state=SubmissionState(said["state"]),
            reference=said.get("reference", ""),
            error=said.get("error", ""),
        )


class Service(HTTPServer):
    """The stand-in: it keeps what it gets and says what `answers` tells it to, in turn."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.documents: dict[str, Any] = {}
        self.calls: list[str] = []
        self.answers: list[dict[str, str] | None] = []


class Counter(BaseHTTPRequestHandler):
    server: Service
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.documents[self.path.rpartition("/")[2]] = json.loads(body)
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_args: Any) -> None:
        """Quiet."""

    def _answer(self) -> None:
        self.server.calls.append(self.command)
        said = self.server.answers.pop(0)
        body = json.dumps(said).encode()
        self.send_response(200 if said else 503)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running() -> Iterator[Service]:
    with Service() as service:
        thread = Thread(target=service.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
