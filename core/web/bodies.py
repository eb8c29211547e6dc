"""Request bodies that are all there before a thread is taken for them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, TypeAlias

Message: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Body: TypeAlias = "SpooledTemporaryFile[bytes]"


class Refused(Exception):
    """A request that is not processed, with the status to answer."""

    def __init__(self, status: int, *, is_body_read: bool = False) -> None:
        super().__init__(status)
        self.status = status
        self.is_body_read = is_body_read


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of one web process: bytes, seconds, and bytes a second."""

    # Staff upload archives of 200 MB (catalog.spreadsheets).
    largest: int = 210 * 1024 * 1024
    in_memory: int = 64 * 1024
    # Together, in memory and in temporary files, until they are answered.
    all_bytes: int = 500 * 1024 * 1024
    # Half of the connections that granian gives a process: pages always find one.
    unfinished: int = 256
    # A body must have come within these seconds, and longer ones at this speed: a phone on a poor
    # network is faster.
    grace: float = 20.0
    slowest: int = 10 * 1024


class Bodies:
    """All bodies that one process is receiving or working on."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._unfinished = 0
        self._bytes = 0

    async def receive(self, length: int, receive: Receive) -> Body:
        """
        The whole body, at its beginning; `free` it afterwards.

        :raises Refused: 408 too slow, 413 too large, 503 no room, 400 the client went away
        """
        if length > self._limits.largest:
            raise Refused(413)
        body: Body = SpooledTemporaryFile(self._limits.in_memory)  # noqa: SIM115 - freed later
        try:
            with self._counted():
                await self._fill(body, receive)
        except BaseException as error:
            self.free(body)
            if isinstance(error, TimeoutError):
                raise Refused(408) from error
            if isinstance(error, OSError):  # the disk is full
                raise Refused(503) from error
            raise
        body.seek(0)
        return body

    def free(self, body: Body) -> None:
        body.seek(0, 2)
        self._bytes -= body.tell()
        body.close()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        if self._unfinished >= self._limits.unfinished:
            raise Refused(503)
        self._unfinished += 1
        try:
            yield
        finally:
            self._unfinished -= 1

    async def _fill(self, body: Body, receive: Receive) -> None:
        ends_at = asyncio.get_running_loop().time() + self._limits.grace
        async with asyncio.timeout_at(ends_at) as deadline:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Refused(400)
                self._add(body, message.get("body", b""))
                if not message.get("more_body"):
                    return
                deadline.reschedule(ends_at + body.tell() / self._limits.slowest)

    def _add(self, body: Body, part: bytes) -> None:
        if body.tell() + len(part) > self._limits.largest:
            raise Refused(413)
        if self._bytes + len(part) > self._limits.all_bytes:
            raise Refused(503)
        body.write(part)
        self._bytes += len(part)
