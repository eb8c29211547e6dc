"""Requests are counted by all processes of the web server together."""

import os
from typing import Any

from core.observability.traffic import CODES, Counts

SLOWEST = -2  # the last bucket stands before the sum


def in_another_process(work: Any) -> None:
    """As a web server forks its workers."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def note_five(counts: Counts) -> None:
    for _request in range(5):
        counts.note(200, 0.02)


def test_counts_of_all_processes_add_up() -> None:
    counts = Counts()

    for _process in range(3):
        in_another_process(lambda: note_five(counts))
    counts.note(503, 100.0)

    total = counts.total()
    assert dict(zip(CODES, total, strict=False)) == {
        **dict.fromkeys(CODES, 0),
        "2xx": 15,
        "5xx": 1,
    }
    assert total[SLOWEST] == 1
    assert total[-1] == 15 * 20_000 + 100_000_000


def test_more_processes_than_rows_lose_nothing_that_comes_one_after_the_other() -> None:
    counts = Counts()

    for _process in range(70):
        in_another_process(lambda: counts.note(404, 0.001))

    assert counts.total()[CODES.index("4xx")] == 70
