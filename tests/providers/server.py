"""A server on loopback that runs a double of a provider, and fails on purpose where told to."""

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self
from urllib.parse import parse_qs, urlsplit

MAX_BODY = 256 * 1024
STOPS_WITHIN = 0.02  # seconds


@dataclass(frozen=True)
class Request:
    """A request as the provider sees it; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    def json(self) -> Any:
        """:raises Refusal: unless the body is JSON"""
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            raise Refusal(400, {"message": "The body is not JSON."}) from None


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class Refusal(Exception):
    """A request that is not carried out, with the provider's own error document."""

    def __init__(self, status: int, document: Any) -> None:
        super().__init__(status)
        self.answer = as_json(document, status)


@dataclass(frozen=True)
class Knock:
    """A webhook as it is sent: signed for each delivery, for its time is part of it."""

    body: bytes
    headers: Mapping[str, str]
    query: str = ""


class Provider(Protocol):
    """One provider's API. It is called by many threads, one at a time."""

    url: str
    """Where browsers and the shop reach it; set before the first request."""

    def answer(self, request: Request) -> Answer:
        """:raises Refusal: with the error that the provider would give"""
        ...

    def knock(self, event: Any) -> Knock:
        """Sign an event of `events` for delivery now."""
        ...

    events: "deque[Any]"
    """What has happened and nobody has been told of, the oldest first."""


class OfAccount:
    """A double whose account knows where it is reached, and what has happened."""

    account: Any

    @property
    def url(self) -> str:
        return str(self.account.url)

    @url.setter
    def url(self, value: str) -> None:
        self.account.url = value

    @property
    def events(self) -> deque[Any]:
        found: deque[Any] = self.account.events
        return found

    @events.setter
    def events(self, value: deque[Any]) -> None:
        self.account.events = value


class Fault(Enum):
    """What may go wrong between the shop and a provider."""

    REFUSED = "the connection is cut before anything is done"
    CUT = "all is done, and the connection is cut before the answer"
    BROKEN = "500, and nothing is done"
    BUSY = "429, and nothing is done"
    CONFLICT = "409, and nothing is done"
    GARBAGE = "all is done, and the answer is not readable"


FAULTY_STATUS = {Fault.BROKEN: 500, Fault.BUSY: 429, Fault.CONFLICT: 409}


@dataclass(frozen=True)
class Exchange:
    """What was asked and answered, for a judge to read afterwards."""

    request: Request
    answer: Answer


class ProviderServer:
    """
    Runs a provider until the block ends.

    `fail` plans what goes wrong with the next requests; `exchanges` remembers what was said.
    """

    def __init__(self, provider: Provider, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.provider = provider
        self.exchanges: list[Exchange] = []
        self.slowness = 0.0
        self._faults: list[tuple[str, Fault]] = []
        self._lock = threading.RLock()
        self._http = _Http((host, port), _Handler, self)
        self.url = provider.url = f"http://{host}:{self._http.server_port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(STOPS_WITHIN,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def fail(self, where: str, *faults: Fault) -> None:
        """Let the next requests whose "METHOD path" starts with `where` fail, in this order."""
        with self._lock:
            self._faults += [(where, fault) for fault in faults]

    def respond(self, request: Request) -> Answer | None:
        """The answer; None to cut the connection."""
        time.sleep(self.slowness)
        with self._lock:
            fault = self._take_fault(f"{request.method} {request.path}")
            if fault == Fault.REFUSED:
                return None
            if fault in FAULTY_STATUS:
                return as_json({"message": "The double was told to fail."}, FAULTY_STATUS[fault])
            try:
                answer = self.provider.answer(request)
            except Refusal as refusal:
                answer = refusal.answer
            self.exchanges.append(Exchange(request, answer))
        if fault == Fault.GARBAGE:
            return Answer(200, b"<html>not what you expect</html>", {"Content-Type": "text/html"})
        return None if fault == Fault.CUT else answer

    def _take_fault(self, what: str) -> Fault | None:
        for planned in self._faults:
            if what.startswith(planned[0]):
                self._faults.remove(planned)
                return planned[1]
        return None


def as_json(document: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode())


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: type["_Handler"], owner: ProviderServer
    ) -> None:
        self.owner = owner
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Without asking anybody for the name of this machine."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else each answer's body waits 40 ms for the other side to confirm that the head has come.
    disable_nagle_algorithm = True
    timeout = 30
    server: _Http

    def _respond(self) -> None:
        answer = self.server.owner.respond(self._request())
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _request(self) -> Request:
        length = min(int(self.headers.get("Content-Length") or 0), MAX_BODY)
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _respond  # noqa: N815

    def log_message(self, *_args: object) -> None:
        """The shop keeps its own log of every conversation."""
