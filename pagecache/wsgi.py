"""The page cache: answers public pages without Django."""

import re
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, urlencode

from core.caching.page import ENVIRON_KEY, PageTags
from core.database import replica
from core.web.hosts import is_own
from pagecache.entry import Entry, Headers
from pagecache.store import Lease, store

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

FRESH = 60.0  # seconds
# The headers of a request that pages may depend on; they are part of the page's key.
_FLAGS = {
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_HX_REQUEST": "true",
    "HTTP_HX_HISTORY_RESTORE_REQUEST": "true",
}


class PageCache:
    """
    A WSGI application in front of the shop.

    Pages at `addresses` are rendered without the visitor's cookies, once for everybody. The first
    request for a stale page renders it again, while others still get the stale one; for a missing
    page they wait. `version` separates the pages of different versions of the shop. Query
    parameters that match none of `parameters`, such as those of advertising, are removed, so that
    they do not bypass the cache.
    """

    def __init__(
        self,
        application: Application,
        addresses: "re.Pattern[str]",
        parameters: "re.Pattern[str]",
        *,
        version: str = "",
    ) -> None:
        self._application = application
        self._addresses = addresses
        self._parameters = parameters
        self._version = version
        self._pages = store

    def cached_page(
        self, environ: Environ, start_response: Callable[..., Any], *, stale: bool
    ) -> Iterable[bytes] | None:
        """
        The cached page if it is fresh, or stale and `stale` allows it; else None.

        Call it only if `is_cacheable`. Reads Redis only.
        """
        environ["QUERY_STRING"] = self._known_query(environ.get("QUERY_STRING", ""))
        entry = self._pages.read(_page(self._version, environ))
        if entry is None or (entry.fresh_until <= time.time() and not stale):
            return None
        return _send(entry.uncacheable() if stale else entry, environ, start_response)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self.is_cacheable(environ):
            return self._application(environ, start_response)
        environ["QUERY_STRING"] = self._known_query(environ.get("QUERY_STRING", ""))
        page = _page(self._version, environ)
        entry = self._pages.read(page)
        if entry and entry.fresh_until > time.time():
            return _send(entry, environ, start_response)
        # Queries are endless: such a page is cached only at its second request.
        if not entry and environ["QUERY_STRING"] and not self._pages.was_requested(page):
            return self._application(self._anonymous(environ), start_response)
        lease = self._pages.acquire_lease(page)
        if lease and lease.is_held:
            return self._render(page, lease, environ, start_response)
        if lease and (entry := entry or self._pages.wait(page)):
            return _send(entry, environ, start_response)
        return self._application(self._anonymous(environ), start_response)

    def is_cacheable(self, environ: Environ) -> bool:
        """Whether a page that is the same for everybody may answer this request."""
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and "json" not in environ.get("HTTP_ACCEPT", "")
            and self._addresses.fullmatch(environ.get("PATH_INFO", "")) is not None
            and is_own(environ.get("HTTP_HOST", ""))
        )

    def _known_query(self, query: str) -> str:
        """The query, without parameters that no page reads."""
        if not query:
            return ""
        # WSGI strings hold one byte per character.
        pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        known = [pair for pair in pairs if self._parameters.fullmatch(pair[0])]
        return query if len(known) == len(pairs) else urlencode(known, encoding="latin-1")

    def _anonymous(self, environ: Environ) -> Environ:
        """The request without anything about the visitor that is not in the page's key."""
        known = {name: value for name, value in environ.items() if not name.startswith("HTTP_")}
        told = {name: yes for name, yes in _FLAGS.items() if environ.get(name) == yes}
        plain = {name: environ[name] for name in _HARMLESS if name in environ}
        # Read after the lease was acquired: a later change makes the page stale anyway.
        needed = {replica.NEEDED: self._pages.position()} if replica.is_configured() else {}
        return known | told | plain | needed

    def _render(
        self,
        page: str,
        lease: Lease,
        environ: Environ,
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        """Render the page and cache it. If Django fails or refuses, send the stale one."""
        stale = self._pages.read(page)
        if stale and stale.fresh_until > time.time():  # another request was faster
            self._pages.release(page)
            return _send(stale, environ, start_response)
        anonymous = self._anonymous(environ) | {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": ""}
        try:
            status, headers, body = _answer(self._application, anonymous)
        except Exception:
            self._pages.release(page)
            raise
        shown = anonymous.get(ENVIRON_KEY)
        if shown and _is_for_everybody(headers):
            entry = Entry.make(headers, body, _fresh_until(shown))
            self._pages.save(page, entry, lease, shown.tags)
            return _send(entry, environ, start_response)
        # A fault of the shop, or a visitor who asks too often.
        is_temporary = status.startswith(("5", "429"))
        self._pages.release(page, is_gone=not is_temporary)
        if stale and is_temporary:
            return _send(stale.uncacheable(), environ, start_response)
        start_response(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


# Rate limits need the address that a trusted proxy writes.
_HARMLESS = ("HTTP_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR")


def _page(version: str, environ: Environ) -> str:
    """The key of the page: everything that it may depend on."""
    facts = [
        version,
        environ["wsgi.url_scheme"],
        environ.get("PATH_INFO"),
        environ["QUERY_STRING"],
        *[environ.get(name) == yes for name, yes in _FLAGS.items()],
    ]
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _answer(application: Application, environ: Environ) -> tuple[str, Headers, bytes]:
    started: list[Any] = []
    chunks = application(environ, lambda status, headers, *_: started.extend((status, headers)))
    try:
        body = b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()
    status, headers = started
    return status, headers, body


def _is_for_everybody(headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    return "set-cookie" not in named and "cookie" not in named.get("vary", "").lower()


def _fresh_until(shown: PageTags) -> float:
    soon = time.time() + FRESH
    return min(soon, shown.until.timestamp()) if shown.until else soon


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
