"""Real races: threads that start together, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(work: Callable[[], T], *, times: int = 8) -> list[T]:
    """
    Run `work` in that many threads at the same moment; gives what each returned.

    The barrier matters: without it the threads queue up by themselves, and a test of a lock
    stays green when the lock is taken out. An exception in a thread is raised here.
    """
    start = Barrier(times, timeout=60)

    def run(_: int) -> T:
        try:
            connection.ensure_connection()
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
