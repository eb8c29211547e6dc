"""Answers public pages before Django is asked."""

import re
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, urlencode

from core.caching.page import NOTES, Notes
from core.database import replica
from core.web.hosts import is_own
from pagecache.entry import Entry, Headers
from pagecache.store import PageStore, Turn, store

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

FRESH = 60.0  # seconds
# All that Django is told of a visitor, as it is in the key of the page.
_FLAGS = {
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_HX_REQUEST": "true",
    "HTTP_HX_HISTORY_RESTORE_REQUEST": "true",
}


class PageCache:
    """
    A WSGI application in front of the store.

    Pages at `addresses` are made without the visitor's cookies, once for all. A stale page is made
    again by the first who asks, while the others still get it; a missing one they wait for.
    Another `version` of the store has other pages. Whatever in a query is none of the `parameters`,
    such as what advertising adds, is taken away: nobody gets past the kept pages by it.
    """

    def __init__(
        self,
        application: Application,
        addresses: "re.Pattern[str]",
        parameters: "re.Pattern[str]",
        *,
        version: str = "",
        pages: PageStore = store,
    ) -> None:
        self._application = application
        self._addresses = addresses
        self._parameters = parameters
        self._version = version
        self._pages = pages

    def at_hand(
        self, environ: Environ, start_response: Callable[..., Any], *, stale: bool
    ) -> Iterable[bytes] | None:
        """
        The page as it is kept, if it is fresh or `stale` will do; else None.

        Only where `may_keep` says so. Redis alone is asked.
        """
        environ["QUERY_STRING"] = self._known_query(environ.get("QUERY_STRING", ""))
        entry = self._pages.read(_page(self._version, environ))
        if entry is None or (entry.fresh_until <= time.time() and not stale):
            return None
        return _send(entry.for_once() if stale else entry, environ, start_response)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self.may_keep(environ):
            return self._application(environ, start_response)
        environ["QUERY_STRING"] = self._known_query(environ.get("QUERY_STRING", ""))
        page = _page(self._version, environ)
        entry = self._pages.read(page)
        if entry and entry.fresh_until > time.time():
            return _send(entry, environ, start_response)
        # Addresses with a query are endless: only those are kept that two have asked for.
        if not entry and environ["QUERY_STRING"] and not self._pages.was_asked(page):
            return self._application(self._anybody(environ), start_response)
        turn = self._pages.take_turn(page)
        if turn and turn.is_ours:
            return self._make(page, turn, environ, start_response)
        if turn and (entry := entry or self._pages.wait(page)):
            return _send(entry, environ, start_response)
        return self._application(self._anybody(environ), start_response)

    def may_keep(self, environ: Environ) -> bool:
        """Whether this is asked for in a way in which a page for all would do."""
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and "json" not in environ.get("HTTP_ACCEPT", "")
            and self._addresses.fullmatch(environ.get("PATH_INFO", "")) is not None
            and is_own(environ.get("HTTP_HOST", ""))
        )

    def _known_query(self, query: str) -> str:
        """The query as it was, or without what no page looks at."""
        if not query:
            return ""
        # As WSGI has it: each byte of what was sent is a letter.
        pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        known = [pair for pair in pairs if self._parameters.fullmatch(pair[0])]
        return query if len(known) == len(pairs) else urlencode(known, encoding="latin-1")

    def _anybody(self, environ: Environ) -> Environ:
        """The same request from a visitor of whom nothing is known but what the page's key says."""
        known = {name: value for name, value in environ.items() if not name.startswith("HTTP_")}
        told = {name: yes for name, yes in _FLAGS.items() if environ.get(name) == yes}
        plain = {name: environ[name] for name in _HARMLESS if name in environ}
        # Asked after the turn was taken: a change told later makes the page stale anyway.
        needed = {replica.NEEDED: self._pages.position()} if replica.is_configured() else {}
        return known | told | plain | needed

    def _make(
        self,
        page: str,
        turn: Turn,
        environ: Environ,
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        """Have Django make it and keep it. While Django fails or refuses, a stale page does."""
        stale = self._pages.read(page)
        if stale and stale.fresh_until > time.time():  # somebody was faster
            self._pages.give_up(page)
            return _send(stale, environ, start_response)
        anybody = self._anybody(environ) | {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": ""}
        try:
            status, headers, body = _answer(self._application, anybody)
        except Exception:
            self._pages.give_up(page)
            raise
        notes = anybody.get(NOTES)
        if notes and _is_for_all(headers):
            entry = Entry.make(headers, body, _fresh_until(notes))
            self._pages.keep(page, entry, turn, notes.parts)
            return _send(entry, environ, start_response)
        # Of the shop's, or of this visitor alone, who asks too often.
        is_passing = status.startswith(("5", "429"))
        self._pages.give_up(page, is_gone=not is_passing)
        if stale and is_passing:
            return _send(stale.for_once(), environ, start_response)
        start_response(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


# Anyone who asks too often is told by the address that a trusted proxy writes.
_HARMLESS = ("HTTP_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR")


def _page(version: str, environ: Environ) -> str:
    """The key of the page: whatever may make it another one."""
    facts = [
        version,
        environ["wsgi.url_scheme"],
        environ.get("PATH_INFO"),
        environ["QUERY_STRING"],
        *[environ.get(name) == yes for name, yes in _FLAGS.items()],
    ]
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _answer(application: Application, environ: Environ) -> tuple[str, Headers, bytes]:
    said: list[Any] = []
    parts = application(environ, lambda status, headers, *_: said.extend((status, headers)))
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = said
    return status, headers, body


def _is_for_all(headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    return "set-cookie" not in named and "cookie" not in named.get("vary", "").lower()


def _fresh_until(notes: Notes) -> float:
    soon = time.time() + FRESH
    return min(soon, notes.until.timestamp()) if notes.until else soon


def _takes_gzip(accepted: str) -> bool:
    return "gzip" in accepted and not _NO_GZIP.search(accepted)


_NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


def _send(entry: Entry, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [*entry.headers, ("ETag", entry.etag)]
    if entry.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", [each for each in headers if each[0] in _OF_A_304])
        return []
    body = entry.body
    if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        headers.append(("Content-Encoding", "gzip"))
    else:
        body = entry.plain()
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


_OF_A_304 = {"ETag", "Cache-Control", "Vary", "Content-Location", "Expires"}
