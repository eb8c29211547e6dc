"""Checks of servers that may hang: the caller waits for a set time at most."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from threading import Lock, Thread
from typing import Any

from django.db import connections

_asked: dict[str, Future[Any]] = {}
_lock = Lock()


def answers(
    questions: Mapping[str, Callable[[], Any]], *, seconds: float, silent: Any
) -> dict[str, Any]:
    """
    Run all checks in parallel; checks without an answer in these seconds return `silent`.

    Each has a thread of its own. A check that still hangs is not started again, so a frozen server
    occupies one thread at most.
    """
    until = time.monotonic() + seconds
    jobs = {name: _begin(name, ask) for name, ask in questions.items()}
    found = {}
    for name, job in jobs.items():
        try:
            found[name] = job.result(max(until - time.monotonic(), 0))
        except TooSlow:
            found[name] = silent
    return found


def _begin(name: str, ask: Callable[[], Any]) -> Future[Any]:
    with _lock:
        job = _asked.get(name)
        if job is None or job.done():
            job = _asked[name] = Future()
            # A daemon: it must not keep a process from ending.
            Thread(target=_run, args=(ask, job), name=f"probe {name}", daemon=True).start()
        return job


def _run(ask: Callable[[], Any], job: Future[Any]) -> None:
    try:
        job.set_result(ask())
    except Exception as error:  # noqa: BLE001 - the waiting caller raises it
        job.set_exception(error)
    finally:
        connections.close_all()
