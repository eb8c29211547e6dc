"""Messages that end in two places: the server refuses them, or takes both halves for two."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ODD = {
    "a length and chunks": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 4\r\n\r\n",
    "a length with a sign": b"Content-Length: +4\r\n\r\nabcd",
    "unknown and chunked": b"Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"Content-Length : 4\r\n\r\nabcd",
    "a folded line": b"X: y\r\n Content-Length: 4\r\n\r\nabcd",
}


@pytest.fixture(scope="module")
def granian() -> Iterator[tuple[str, int]]:
    """The server that the shop runs on, with an application that says what it was asked."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    echo = "tests.security.echo:application"
    words = ["-m", "granian", "--interface", "asginl", "--port", str(port), echo]
    server = subprocess.Popen([sys.executable, *words], cwd=ROOT)
    try:
        yield _ready("127.0.0.1", port)
    finally:
        server.terminate()
        server.wait(30)


def _ready(host: str, port: int) -> tuple[str, int]:
    for _try in range(100):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return host, port
    raise AssertionError("granian does not start")


@pytest.mark.parametrize("name", ODD)
def test_a_message_with_two_ends_is_refused(granian: tuple[str, int], name: str) -> None:
    """Who ends a message twice wants its second half to be taken for somebody else's."""
    with closing(socket.create_connection(granian, timeout=5)) as line:
        line.sendall(START + ODD[name] + SMUGGLED)
        said = b""
        with suppress(TimeoutError, ConnectionResetError):
            while more := line.recv(65536):
                said += more

    first = said.partition(b"\r\n")[0]
    assert first == b"HTTP/1.1 400 Bad Request" or b"asked: POST / 0" in said, said
    # What was put behind is never taken for a part of the first, nor the first for less.
    assert b"asked: GET abcd" not in said
    assert said.count(b"HTTP/1.1 ") <= 2
