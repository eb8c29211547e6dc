"""
Reads from a replica of the database, where there is one and it has what the reader must see.

Only what asks for it does: `may_read_replica`, `answered`. Whatever is written, locked or part of a
transaction is the primary's, and without DATABASE_REPLICA_URL everything is. docs/decisions/0024.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, TypeVar, cast

from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    OperationalError,
    connection,
    connections,
)
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.connections.circuit_breaker import Circuit

logger = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Answer = TypeVar("Answer")

ALIAS = "replica"
# For a page that everybody gets: the position that its replica must have reached (pagecache.wsgi).
NEEDED = "vitrina.needed_position"
NOWHERE = 2**63 - 1  # a position that no replica reaches
MAX_BEHIND = 3.0  # seconds; one that is further behind is not read
# Accounts and permissions, settings and stock are always read from the primary.
PRIMARYS_OWN = {
    *("accounts", "account", "auth", "sessions", "usersessions", "mfa", "constance"),
    *("cart", "checkout", "waitingroom"),
}
_LOOK = 1.0  # seconds for which a process knows how far the replica has come
_WAIT = 0.3
_PAUSE = 5.0  # seconds for which one that does not answer is left alone
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
# NULL where somebody has made a primary of it, or named one by mistake.
_REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint"


@dataclass
class Visit:
    """One request: up to where its reader must see, and whether it has written itself."""

    needed: int = 0
    has_written: bool = False


_reads = ContextVar("reads_replica", default=False)
_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


class Router:
    """Asked by Django before each query of a model."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        is_ours = model._meta.app_label in PRIMARYS_OWN
        if is_ours or not _reads.get() or connection.in_atomic_block:
            return DEFAULT_DB_ALIAS
        return ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Also queries that lock rows. Visitors who have written then read from the primary."""
        _reads.set(False)
        if visit := _visit.get():
            visit.has_written = True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """The same rows lie in both."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class Replica:
    """What this process knows of the replica: how far it has come, and how long it is behind."""

    def __init__(self) -> None:
        self._circuit = Circuit(_PAUSE)
        self._turn = Lock()
        # Positions of the primary that it had not reached, each with the time it was asked at.
        self._awaited: deque[tuple[float, int]] = deque(maxlen=60)
        self._replayed = 0
        self._whole_at = self._looked_at = float("-inf")

    def has(self, position: int) -> bool:
        """Whether a reader who must see writes up to that position may read it."""
        if position >= NOWHERE or not self._circuit.allows():
            return False
        try:
            self._look(position)
        except Error as error:
            self.failed(error)
            return False
        self._circuit.worked()
        is_late = time.monotonic() - self._whole_at > MAX_BEHIND + _LOOK
        return position <= self._replayed and not is_late

    def failed(self, error: Exception) -> None:
        """Leave it alone for a while."""
        self._looked_at = float("-inf")
        if self._circuit.failed():
            logger.warning("The replica is not read for now: %s", error)

    def state(self) -> str:
        """`ok`, `behind` or `away`; asks now, and waits a moment for changes on their way."""
        until = time.monotonic() + _WAIT
        while True:
            self._looked_at = float("-inf")
            try:
                self._look(0)
            except Error:
                return "away"
            if time.monotonic() - self._whole_at <= MAX_BEHIND:
                return "ok"
            if time.monotonic() > until:
                return "behind"
            time.sleep(_WAIT / 10)

    def _look(self, position: int) -> None:
        """Once a second, by one thread; and whenever somebody needs more than is known."""
        now = time.monotonic()
        if now >= self._looked_at + _LOOK and self._turn.acquire(blocking=False):
            try:
                self._awaited.append((now, written_position()))
                self._learn()
                self._looked_at = now
            finally:
                self._turn.release()
        elif position > self._replayed:
            self._learn()

    def _learn(self) -> None:
        replayed = _number(ALIAS, _REPLAYED)
        if replayed is None:
            raise OperationalError("DATABASE_REPLICA_URL names a server that follows no other")
        self._replayed = replayed
        # Time alone tells nothing: a shop at night writes nothing, and a replica may lose its
        # primary without knowing what it misses.
        with suppress(IndexError):
            while self._awaited[0][1] <= replayed:
                self._whole_at = max(self._whole_at, self._awaited.popleft()[0])


standby = Replica()


def is_configured() -> bool:
    return ALIAS in connections.settings


def written_position() -> int:
    """The primary's current log position: everything committed so far is before it."""
    return _number(DEFAULT_DB_ALIAS, _WRITTEN) or 0


@contextmanager
def visiting(visit: Visit) -> Iterator[None]:
    """Inside, reads respect the visitor's own writes, and new ones are recorded."""
    token = _visit.set(visit)
    try:
        yield
    finally:
        _visit.reset(token)


@contextmanager
def reading(*, is_allowed: bool = True) -> Iterator[None]:
    """Inside, models are read from the replica, or (for what many share) from the primary again."""
    token = _reads.set(is_allowed)
    try:
        yield
    finally:
        _reads.reset(token)


def from_primary() -> Any:
    """For values cached for several readers; also a decorator."""
    return reading(is_allowed=False)


def read_alias() -> str:
    """For SQL of our own: the database that models would be read from."""
    is_ours = _reads.get() and not connection.in_atomic_block
    return ALIAS if is_ours else DEFAULT_DB_ALIAS


def may_read_replica(view: View) -> View:
    """Declare that the view only reads, and nothing that must be right to the moment."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answered(lambda: view(request, *args, **kwargs), lambda: _needed(request))

    return cast("View", read)


def answered(read: Callable[[], Answer], needed: Callable[[], int] = written_position) -> Answer:
    """
    What `read` finds: in the replica, if it has what is needed, else or if it fails in the primary.

    Needed is all that is written now, unless the caller says otherwise.
    """
    if not is_configured() or not standby.has(needed()):
        return read()
    try:
        with reading():
            return read()
    except Error as error:
        if isinstance(error, (OperationalError, InterfaceError)):
            standby.failed(error)
        return read()


def _needed(request: HttpRequest) -> int:
    visit = _visit.get()
    for_all: int = request.META.get(NEEDED, 0)
    return max(visit.needed if visit else 0, for_all)


def _number(alias: str, query: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        found: int | None = cursor.fetchone()[0]
    return found
