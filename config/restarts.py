"""Restarts child processes that exit, so that a shop on one machine recovers without help."""

import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from config.processes import Child, Supervisor

CHECK_SECONDS = 0.1
ROTATE_SECONDS = 2.0
STABLE_AFTER = 60.0  # seconds of running after which earlier crashes no longer count
MIN_WAIT, MAX_WAIT = 0.5, 30.0  # seconds


@dataclass
class CrashHistory:
    """How often a child has crashed in a row, and when it is to be restarted."""

    count: int = 0
    latest: float = float("-inf")
    restart_at: float | None = None


class Restarter:
    """
    Restarts each child that exits: immediately the first time, then after growing waits.

    It never gives up, and a server that fails does not stop the others: without MongoDB the shop
    sells, and a PostgreSQL with a full disk comes back when there is room.
    """

    def __init__(self, supervisor: Supervisor, say: Callable[[str], None]) -> None:
        self._supervisor = supervisor
        self._say = say
        self._crashes: defaultdict[str, CrashHistory] = defaultdict(CrashHistory)

    def check(self, now: float) -> None:
        """Record new exits, and restart the children whose wait is over."""
        self._supervisor.kill_lingering(now)
        for child in self._supervisor.exited():
            history = self._crashes[child.name]
            if history.restart_at is None:
                self._record_exit(child, history, now)
            if history.restart_at is not None and now >= history.restart_at:
                history.restart_at = None
                self._restart(child)

    def _record_exit(self, child: Child, history: CrashHistory, now: float) -> None:
        history.count = history.count + 1 if now - history.latest < STABLE_AFTER else 1
        history.latest = now
        wait = _wait(history.count)
        history.restart_at = now + wait
        when = f"in {wait:g} s" if wait else "now"
        self._say(
            f"{child.name} exited with code {child.exit_code} (see {child.log}); restarting {when}."
        )

    def _restart(self, child: Child) -> None:
        try:
            self._supervisor.restart(child)
        except (OSError, subprocess.SubprocessError) as error:
            self._say(f"{child.name} could not be started: {error}")


def watch(supervisor: Supervisor, say: Callable[[str], None]) -> NoReturn:
    """Keep the children running until a signal ends us."""
    restarter = Restarter(supervisor, say)
    rotated_at = time.monotonic()
    while True:
        now = time.monotonic()
        restarter.check(now)
        if now - rotated_at > ROTATE_SECONDS:
            supervisor.rotate_logs()
            rotated_at = now
        time.sleep(CHECK_SECONDS)


def _wait(count: int) -> float:
    """0, 0.5, 1, 2, 4 … seconds."""
    if count == 1:
        return 0.0
    # The exponent is bounded: a child that cannot run crashes thousands of times.
    return min(MIN_WAIT * 2.0 ** min(count - 2, 10), MAX_WAIT)
