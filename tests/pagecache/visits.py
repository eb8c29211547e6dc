"""Visitors of the kept pages: they come through the same door as on a real server."""

import gzip
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import RequestFactory

from config.wsgi import PARAMETERS, PUBLIC_PAGES
from pagecache.wsgi import Application, PageCache


@contextmanager
def _connections_kept() -> Iterator[None]:
    """As Django's own test client does: the test's transaction outlives the request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


@dataclass
class Door:
    """The kept pages in front of an application, which says how often it was asked."""

    application: Application = field(default_factory=get_wsgi_application)
    addresses: "re.Pattern[str]" = PUBLIC_PAGES
    asked: int = 0

    def __post_init__(self) -> None:
        self._pages = PageCache(self._count, self.addresses, PARAMETERS)

    def _count(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        return self.application(environ, start)

    def get(
        self, address: str, method: str = "GET", query: str | None = None, **headers: str
    ) -> Answer:
        """Ask for it; a `query` is sent as it is, without being escaped."""
        said: list[Any] = []
        headers.setdefault("host", "testserver")
        environ = RequestFactory(headers=headers).generic(method, address).environ
        if query is not None:
            environ["QUERY_STRING"] = query
        with _connections_kept():
            parts = self._pages(environ, lambda *words: said.extend(words))
            body = b"".join(parts)
            if close := getattr(parts, "close", None):
                close()
        return Answer(int(said[0].split()[0]), dict(said[1]), body)
