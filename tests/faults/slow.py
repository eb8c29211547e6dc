"""Visitors who begin to send something and do not go on."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

UNFINISHED = (
    b"POST /webhooks/simulator/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{"
)

REFUSED_AFTER = 3.0  # seconds, where the shop waits for fifteen: tests.faults.impatient


@contextmanager
def unfinished_posts(url: str, number: int) -> Iterator[list[socket.socket]]:
    """So many posts of which one byte has come, until the block ends."""
    parts = urlsplit(url)
    with ExitStack() as open_until_the_end:
        lines = [
            open_until_the_end.enter_context(
                socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=60)
            )
            for _ in range(number)
        ]
        for line in lines:
            line.sendall(UNFINISHED)
        yield lines
