"""Visitors who come at their own moments, wait, and go on: more of them than connections."""

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from tests.bench.load import Answer, Run, Visitor

# Yields how many seconds to wait, and goes on with a connection to the store.
Walk = Generator[float, Visitor, None]
CONNECTIONS = 24


class Crowd:
    """Walks all visitors to their end, each step at its moment or as soon after as can be."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: defaultdict[str, list[Answer]] = defaultdict(list)
        self.seconds = 0.0
        self._began = 0.0
        self._due: list[tuple[float, int, Walk]] = []
        self._lock = Lock()

    @property
    def age(self) -> float:
        """Seconds since it began to come."""
        return time.monotonic() - self._began

    def note(self, name: str, answer: Answer) -> Answer:
        """Remember the answer to this kind of request."""
        with self._lock:
            self.answers[name].append(answer)
        return answer

    def walk(self, walks: list[Walk]) -> None:
        """Until nobody is left. The moments count from now on."""
        began = self._began = time.monotonic()
        self._due = [(began + next(walk), number, walk) for number, walk in enumerate(walks)]
        heapq.heapify(self._due)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for done in [pool.submit(self._work) for _ in range(CONNECTIONS)]:
                done.result()
        self.seconds = self.age

    def _work(self) -> None:
        visitor = Visitor(self.port)
        while step := self._next():
            due, number, walk = step
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                pause = walk.send(visitor)
            except StopIteration:
                continue
            with self._lock:
                heapq.heappush(self._due, (time.monotonic() + pause, number, walk))
        visitor.close()

    def _next(self) -> tuple[float, int, Walk] | None:
        with self._lock:
            return heapq.heappop(self._due) if self._due else None

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for part in self.answers.values() for answer in part)

    def report(self, say: Callable[[str], None], remark: str) -> None:
        """A line for each kind of request, and the remark."""
        say(f"{remark}, the last answer came after {self.seconds:.1f} s")
        for name, answers in self.answers.items():
            run = Run(self.seconds, answers)
            say(
                f"{name}: {len(answers)} answers, {run.rate:.0f}/s, "
                f"p50 {run.median:.0f} ms, p99 {run.p99:.0f} ms, {dict(run.statuses)}"
            )
