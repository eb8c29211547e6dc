"""
The front of a web process: an ASGI application that runs a WSGI application in threads.

A request gets a thread once its whole body has arrived, so that slow senders occupy none. Threads
that may wait for the database are separate from those that send cached pages and health checks:
when all of the former hang, the latter still answer.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import Any, Protocol, TypeAlias, cast

from asgiref.wsgi import WsgiToAsgiInstance

from core.observability.traffic import Counts, counts
from core.web.bodies import Bodies, Limits, Message, Receive, Refused

Environ: TypeAlias = dict[str, Any]
Headers: TypeAlias = list[tuple[str, str]]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

ALIVE = "/healthz"
# Answers up to this size free their thread immediately, however slowly the visitor reads.
IN_MEMORY = 1024 * 1024
# Seconds that a visitor may take to read the next part of a larger one.
READS_WITHIN = 30.0
# Seconds that a request waits for a thread: then it is refused.
BUSY_AFTER = 15.0
# Seconds after which the stale cached page is sent if no thread is free or the thread hangs.
STALE_AFTER = 0.8
LIMITS = Limits()
BUSY = (
    "La tienda está muy ocupada o recibe muy lento lo que envías. "
    "Inténtalo de nuevo en un momento.\n"
    "The shop is very busy, or what you send arrives too slowly. Please try again in a moment.\n"
)


class Pages(Protocol):
    """Pages that were made before (pagecache.wsgi)."""

    def is_cacheable(self, environ: Environ) -> bool: ...

    def cached_page(
        self, environ: Environ, start_response: StartResponse, *, stale: bool
    ) -> Iterable[bytes] | None: ...


class Front:
    """`watches` are the addresses that tell how the shop is."""

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        pages: Pages | None = None,
        watches: Collection[str] = (),
        limits: Limits = LIMITS,
        counts: Counts = counts,
    ) -> None:
        self._application = application
        self._pages = pages
        self._watches = watches
        self._counts = counts
        self._bodies = Bodies(limits)
        self._store = ThreadPoolExecutor(threads, "store")
        self._cached = ThreadPoolExecutor(2, "cached")
        self._watch = ThreadPoolExecutor(4, "watch")

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = 500
        try:
            status = await self._answer(scope, receive, send)
        except Refused as refusal:
            status = refusal.status
            await _refuse(refusal, send)
        finally:
            self._counts.note(status, time.perf_counter() - began)

    async def _answer(self, scope: Any, receive: Receive, send: Send) -> int:
        if scope["path"] == ALIVE:
            return await _send_all(send, 200, [("Content-Type", "text/plain")], b"ok")
        length = _length(scope)
        if length == 0:
            return await self._route(_environ(scope, BytesIO()), send)
        body = await self._bodies.receive(length, receive)
        try:
            environ = _environ(scope, body) | {"CONTENT_LENGTH": str(_size(body))}
            return await self._route(environ, send)
        finally:
            self._bodies.free(body)

    async def _route(self, environ: Environ, send: Send) -> int:
        """Ask those threads first that never wait for the database."""
        if environ["PATH_INFO"] in self._watches:
            return await self._run(self._watch, self._application, environ, send)
        if not self._pages or not self._pages.is_cacheable(environ):
            return await self._run(self._store, self._application, environ, send)
        fresh, stale = (partial(self._pages.cached_page, stale=stale) for stale in (False, True))
        if status := await self._run(self._cached, fresh, environ, send):
            return status
        made = _Teller(send, asyncio.get_running_loop(), flushes=False)
        page = asyncio.ensure_future(_begin(self._store, self._application, environ, made))
        await asyncio.wait([page], timeout=STALE_AFTER)
        if not page.done() and (status := await self._run(self._cached, stale, {**environ}, send)):
            # A page that was begun is finished and cached for the next visitor.
            page.add_done_callback(lambda job: job.cancelled() or job.exception())
            page.cancel()
            return status
        return await _end(made, await page)

    async def _run(
        self,
        threads: ThreadPoolExecutor,
        application: Callable[..., Iterable[bytes] | None],
        environ: Environ,
        send: Send,
    ) -> int:
        """
        Have one of these threads answer; gives the status, or 0 if it has no answer.

        :raises Refused: 503 if none of them was free in that time; nothing was begun then
        """
        tell = _Teller(send, asyncio.get_running_loop())
        return await _end(tell, await _begin(threads, application, environ, tell))


async def _begin(
    threads: ThreadPoolExecutor,
    application: Callable[..., Iterable[bytes] | None],
    environ: Environ,
    tell: "_Teller",
) -> int:
    job: Future[int] = threads.submit(tell.run, application, environ)
    timer = asyncio.get_running_loop().call_later(BUSY_AFTER, job.cancel)
    try:
        return await asyncio.wrap_future(job)
    except asyncio.CancelledError:
        if job.cancelled():
            raise Refused(503, is_body_read=True) from None
        raise
    finally:
        timer.cancel()


async def _end(tell: "_Teller", status: int) -> int:
    if status:
        await tell.rest()
    return status


class _Teller:
    """
    Runs a WSGI application in a thread, and sends what it says from the loop.

    What does not flush is sent by `rest` alone, however large it is.
    """

    def __init__(
        self, send: Send, loop: asyncio.AbstractEventLoop, *, flushes: bool = True
    ) -> None:
        self._send = send
        self._loop = loop
        self._flushes = flushes
        self._status = 0
        self._headers: Headers = []
        self._parts: list[bytes] = []
        self._has_begun = False

    def run(self, application: Callable[..., Iterable[bytes] | None], environ: Environ) -> int:
        """In a thread. What is larger than `IN_MEMORY` is sent from here, part by part."""
        parts = application(environ, self._start)
        if parts is None:
            return 0
        try:
            size = 0
            for part in parts:
                self._parts.append(part)
                size += len(part)
                if size > IN_MEMORY and self._flushes:
                    asyncio.run_coroutine_threadsafe(self._flush(), self._loop).result(READS_WITHIN)
                    size = 0
        finally:
            if close := getattr(parts, "close", None):
                close()
        return self._status

    async def rest(self) -> None:
        """On the loop, after `run`."""
        body = b"".join(self._parts)
        if self._has_begun:
            await self._send({"type": "http.response.body", "body": body})
        else:
            await _send_all(self._send, self._status, self._headers, body)

    def _start(self, status: str, headers: Headers, _error: Any = None) -> None:
        self._status, self._headers = int(status[:3]), headers

    async def _flush(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            await self._send(_head(self._status, self._headers))
        body, self._parts = b"".join(self._parts), []
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


def _length(scope: Any) -> int:
    """Of the body in bytes: 0 if there is none, -1 if only its end will tell."""
    if scope["method"] in ("GET", "HEAD"):
        return 0
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
    return -1


def _size(body: Any) -> int:
    body.seek(0, 2)
    size: int = body.tell()
    body.seek(0)
    return size


def _environ(scope: Any, body: Any) -> Environ:
    # `X_Forwarded_For` would be taken for `X-Forwarded-For`, which the proxy vouches for.
    scope["headers"] = [each for each in scope["headers"] if b"_" not in each[0]]
    request: Any = cast("Any", WsgiToAsgiInstance)(None, duplicate_header_limit=None)
    request.scope = scope
    environ: Environ = request.build_environ(scope, body)
    return environ


def _head(status: int, headers: Headers) -> Message:
    lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return {"type": "http.response.start", "status": status, "headers": lines}


async def _send_all(send: Send, status: int, headers: Headers, body: bytes) -> int:
    await send(_head(status, headers))
    await send({"type": "http.response.body", "body": body})
    return status


async def _refuse(refusal: Refused, send: Send) -> None:
    """Close the connection if the rest of a body could be taken for the next request."""
    status = refusal.status
    text = BUSY if status in (408, 503) else HTTPStatus(status).phrase
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Retry-After", "5"),
    ]
    if not refusal.is_body_read:
        headers.append(("Connection", "close"))
    await _send_all(send, status, headers, text.encode())
