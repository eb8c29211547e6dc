"""
Counts the web server's answers and their durations, over all its processes.

The processes are forked from one that has loaded the store, so they share the memory allocated
here. Each writes to a row of its own, without locks between processes; the rows are added up.
"""

import mmap
import os
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from threading import Lock

from core.observability.metrics import Metric, Sample

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
CODES = ("1xx", "2xx", "3xx", "4xx", "5xx")
# Restarted processes get rows of their own while there are any.
_ROWS = 64
_SUM = len(CODES) + len(BOUNDS) + 1
_WIDTH = _SUM + 1


class Counts:
    """Requests by status and by duration, and the sum of the durations in microseconds."""

    def __init__(self) -> None:
        size = 8 * _ROWS * _WIDTH
        self._shared = memoryview(mmap.mmap(-1, size)).cast("q")
        self._lock = Lock()
        self._forks = 0
        self._start = 0
        os.register_at_fork(before=self._count_fork, after_in_child=self._take_row)

    def note(self, code: int, seconds: float) -> None:
        """One more request."""
        status = min(max(code // 100, 1), len(CODES)) - 1
        bucket = len(CODES) + bisect_left(BOUNDS, seconds)
        with self._lock:
            self._shared[self._start + status] += 1
            self._shared[self._start + bucket] += 1
            self._shared[self._start + _SUM] += round(seconds * 1_000_000)

    def _count_fork(self) -> None:
        self._forks += 1

    def _take_row(self) -> None:
        """Row 0 is the parent's. When all rows are taken, later processes share them."""
        self._start = (1 + (self._forks - 1) % (_ROWS - 1)) * _WIDTH
        self._lock = Lock()

    def total(self) -> list[int]:
        """Of all processes since the web server was started."""
        columns = range(_WIDTH)
        starts = range(0, len(self._shared), _WIDTH)
        return [sum(self._shared[start + column] for start in starts) for column in columns]


counts = Counts()


def _requests() -> Iterable[Sample]:
    return [({"code": code}, number) for code, number in zip(CODES, counts.total(), strict=False)]


def _durations() -> Iterable[Sample]:
    total = counts.total()
    name = "vitrina_http_request_duration_seconds"
    reached = list(accumulate(total[len(CODES) : _SUM]))
    bounds = [*map(str, BOUNDS), "+Inf"]
    for bound, number in zip(bounds, reached, strict=True):
        yield {"__name__": f"{name}_bucket", "le": bound}, number
    yield {"__name__": f"{name}_sum"}, total[_SUM] / 1_000_000
    yield {"__name__": f"{name}_count"}, reached[-1]


METRICS = [
    Metric(
        name="vitrina_http_requests_total",
        about="Requests that this web server has answered, by the kind of status.",
        read=_requests,
        kind="counter",
    ),
    Metric(
        name="vitrina_http_request_duration_seconds",
        about="How long this web server took to begin its answers.",
        read=_durations,
        kind="histogram",
    ),
]
