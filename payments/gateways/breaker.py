"""A circuit breaker per provider, so that few requests wait for one that hangs."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from payments.gateways.base import GatewayUnavailable

MAX_AT_ONCE = 4
MAX_FAILURES = 5
# The pause grows: after a short outage the provider is asked soon, after a long one seldom.
PAUSE_SECONDS, MAX_PAUSE = 2.0, 30.0
PATIENCE_SECONDS = 2.0


@dataclass
class Call:
    has_failed: bool = False


class Breaker:
    """
    Counts the failures in a row of one provider, in this process.

    After `MAX_FAILURES` it lets nobody through for a while, then one at a time until an answer
    comes. Never more than `MAX_AT_ONCE` calls wait for the provider together; the next one waits
    its turn for a moment.
    """

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._turn = threading.Condition()
        self._waiting = 0
        self._failures = 0
        self._closed_until = 0.0

    @contextmanager
    def call(self) -> Iterator["Call"]:
        """
        Around one call. An exception inside is a failure, and so is one that is said to be.

        :raises GatewayUnavailable: at once, while the provider is given a rest
        """
        self._enter()
        call = Call()
        try:
            yield call
        except BaseException:
            call.has_failed = True
            raise
        finally:
            self._leave(failed=call.has_failed)

    def _enter(self) -> None:
        with self._turn:
            if not self._turn.wait_for(self._has_room, 0 if self._is_tired else PATIENCE_SECONDS):
                raise GatewayUnavailable(f"{self._provider} is given a rest")
            self._waiting += 1

    def _leave(self, *, failed: bool) -> None:
        with self._turn:
            self._waiting -= 1
            self._failures = self._failures + 1 if failed else 0
            if failed:
                self._closed_until = time.monotonic() + self._rest
            self._turn.notify()

    @property
    def _rest(self) -> float:
        """Seconds; twice as long with each failure after the first ones."""
        again = min(max(self._failures - MAX_FAILURES, 0), 10)
        return min(PAUSE_SECONDS * 2.0**again, MAX_PAUSE)

    @property
    def _is_tired(self) -> bool:
        return self._failures >= MAX_FAILURES

    def _has_room(self) -> bool:
        if self._is_tired:
            return self._waiting == 0 and time.monotonic() >= self._closed_until
        return self._waiting < MAX_AT_ONCE


_breakers: dict[str, Breaker] = {}
_lock = threading.Lock()


def of(provider: str) -> Breaker:
    with _lock:
        return _breakers.setdefault(provider, Breaker(provider))


def forget() -> None:
    """Trust every provider again: between tests."""
    with _lock:
        _breakers.clear()
