"""A crowd of simple clients, each with one open connection and one request at a time."""

import gzip
import math
import re
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^=\r\n]+=[^;\r\n]*)", re.IGNORECASE)
QUERIES = re.compile(rb"\r\nx-queries: *(\d+) *(\w*)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r\n]*)", re.IGNORECASE)
HIDDEN = re.compile(rb'<input type="hidden" name="(\w+)" value="([^"]*)"')
ZIPPED = re.compile(rb"\r\ncontent-encoding: *gzip", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    head: bytes
    sent: bytes
    seconds: float

    @property
    def body(self) -> bytes:
        """As a browser would unpack it."""
        return gzip.decompress(self.sent) if ZIPPED.search(self.head) else self.sent

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return len(self.head) + len(self.sent)

    @property
    def queries(self) -> int:
        found = QUERIES.search(self.head)
        return int(found[1]) if found else 0

    @property
    def mark(self) -> bytes:
        """Of the moment when it was made; kept pages are sent again with the same."""
        found = QUERIES.search(self.head)
        return found[2] if found else b""

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies it sets, by name."""
        return dict(text.decode().split("=", 1) for text in COOKIE.findall(self.head))

    @property
    def location(self) -> str:
        """Where it redirects to; empty if nowhere."""
        found = LOCATION.search(self.head)
        return found[1].decode() if found else ""

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of its forms."""
        found = HIDDEN.findall(self.body)
        return {name.decode(): unescape(value.decode()) for name, value in found}


class Visitor:
    """One keep-alive connection to the store."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self.socket.close()

    def get(self, path: str, cookies: Mapping[str, str] | None = None) -> Answer:
        return self.send(self.request("GET", path, None, cookies))

    def post(
        self, path: str, form: Mapping[str, str], cookies: Mapping[str, str] | None = None
    ) -> Answer:
        return self.send(self.request("POST", path, form, cookies))

    def tell(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post JSON, as a program does."""
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {self.host}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return self.send("\r\n".join([*lines, "", ""]).encode() + body)

    def request(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | None,
        cookies: Mapping[str, str] | None,
    ) -> bytes:
        """The bytes of a request, as the store's own pages would have a browser send it."""
        body = urlencode(form or {}).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}",
            "Accept: text/html",
            "Accept-Encoding: gzip",
        ]
        if cookies:
            lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in cookies.items()))
        if form is not None:
            lines += [
                "Sec-Fetch-Site: same-origin",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def send(self, request: bytes) -> Answer:
        """Wait for the whole answer."""
        began = time.perf_counter()
        self.socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._some()
        head, body = received[: end + 2], received[end + 4 :]
        length = LENGTH.search(head)
        while len(body) < (int(length[1]) if length else 0):
            body += self._some()
        return Answer(int(head[9:12]), head, body, time.perf_counter() - began)

    def _some(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("The server has hung up.")
        return part


@dataclass
class Run:
    """The answers to one kind of request."""

    seconds: float
    answers: list[Answer] = field(repr=False)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.answers) / self.seconds

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(answer.seconds for answer in self.answers) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds that one answer of twenty exceeds."""
        return self._within(0.95)

    @property
    def p99(self) -> float:
        """Milliseconds that one answer of a hundred exceeds."""
        return self._within(0.99)

    def _within(self, share: float) -> float:
        times = sorted(answer.seconds for answer in self.answers)
        return times[min(int(len(times) * share), len(times) - 1)] * 1000

    @property
    def size(self) -> int:
        """Bytes of the usual answer."""
        return int(statistics.median(answer.size for answer in self.answers))

    @property
    def queries(self) -> int:
        """Of the usual answer: the first ones fill caches. What is sent again asks nothing."""
        times = Counter(answer.mark for answer in self.answers)
        asked = (0 if times[each.mark] > 1 else each.queries for each in self.answers)
        return int(statistics.median(asked))

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)


Step = Callable[[Visitor, int], Answer]


def crowd(
    port: int, step: Step, *, visitors: int, seconds: float = math.inf, most: float = math.inf
) -> Run:
    """
    Let so many visitors repeat the step for so long, or so often in all.

    Each step gets a number that no other step gets.
    """
    until = time.perf_counter() + seconds

    def walk(number: int) -> list[Answer]:
        visitor = Visitor(port)
        answers = []
        while number < most and time.perf_counter() < until:
            answers.append(step(visitor, number))
            number += visitors
        visitor.close()
        return answers

    began = time.perf_counter()
    with ThreadPoolExecutor(visitors) as pool:
        found = [answer for part in pool.map(walk, range(visitors)) for answer in part]
    return Run(time.perf_counter() - began, found)
