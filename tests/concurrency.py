"""Real races: threads that start together, each with a database connection of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import TypeVar

from django.db import connection, transaction

T = TypeVar("T")
_WAITS_FOR_ME = """
SELECT EXISTS (SELECT FROM pg_locks
               WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))
"""


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


def winners(act: Callable[[], object], *, refusal: type[Exception], times: int = 4) -> int:
    """How many of so many threads that act at the same moment are not refused."""

    def try_it() -> bool:
        try:
            act()
        except refusal:
            return False
        return True

    return sum(at_once(try_it, times=times))


@contextmanager
def meanwhile(first: Callable[[], object], *then: Callable[[], object]) -> Iterator[None]:
    """
    Inside, somebody else has done `first` in a transaction of his own that is not committed yet.

    He does the rest and commits as soon as somebody waits for him, or at the end. An exception of
    his is raised then.
    """
    is_begun, is_over = Event(), Event()

    def work() -> None:
        try:
            with transaction.atomic():
                first()
                is_begun.set()
                while not is_over.wait(0.02) and not _somebody_waits_for_me():
                    pass
                for step in then:
                    step()
        finally:
            is_begun.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        try:
            is_begun.wait()
            yield
        finally:
            is_over.set()
        done.result()


def _somebody_waits_for_me() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS_FOR_ME)
        return bool(cursor.fetchone()[0])
