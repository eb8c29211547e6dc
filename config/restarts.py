"""Starts again what has ended by itself, so that a shop on one machine comes back without help."""

import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from config.processes import Child, Supervisor

LOOKS_EVERY = 0.1  # seconds
ROTATES_EVERY = 2.0  # seconds
# Whoever has run for so long is taken for well: the next fall counts as the first one.
FORGIVES_AFTER = 60.0
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 30.0


@dataclass
class CrashHistory:
    """How often a child has ended of late, and when it is to be started again."""

    number: int = 0
    latest: float = float("-inf")
    due_at: float | None = None


class Reviver:
    """
    Starts each fallen child again: at once the first time, later after longer and longer waits.

    It never gives up. One server that cannot run is no reason to stop the others: without MongoDB
    the shop sells, and a PostgreSQL whose disk was full comes back when there is room.
    """

    def __init__(self, supervisor: Supervisor, say: Callable[[str], None]) -> None:
        self._supervisor = supervisor
        self._say = say
        self._falls: defaultdict[str, CrashHistory] = defaultdict(CrashHistory)

    def look(self, now: float) -> None:
        """Notice who has fallen, and start who is due."""
        self._supervisor.end_lingering(now)
        for child in self._supervisor.fallen():
            falls = self._falls[child.name]
            if falls.due_at is None:
                self._notice(child, falls, now)
            if falls.due_at is not None and now >= falls.due_at:
                self._revive(child, falls)

    def _notice(self, child: Child, falls: CrashHistory, now: float) -> None:
        is_again = now - falls.latest < FORGIVES_AFTER
        falls.number = falls.number + 1 if is_again else 1
        falls.latest = now
        wait = _wait(falls.number)
        falls.due_at = now + wait
        when = f"in {wait:g} s" if wait else "now"
        self._say(
            f"{child.name} ended by itself with exit code {child.exit_code} "
            f"(see {child.log}); it is started again {when}."
        )

    def _revive(self, child: Child, falls: CrashHistory) -> None:
        falls.due_at = None
        try:
            self._supervisor.revive(child)
        except (OSError, subprocess.SubprocessError) as error:
            self._say(f"{child.name} could not be started: {error}")


def watch(supervisor: Supervisor, say: Callable[[str], None]) -> NoReturn:
    """Keep the children running until a signal ends us."""
    reviver = Reviver(supervisor, say)
    rotated_at = time.monotonic()
    while True:
        now = time.monotonic()
        reviver.look(now)
        if now - rotated_at > ROTATES_EVERY:
            supervisor.rotate_logs()
            rotated_at = now
        time.sleep(LOOKS_EVERY)


def _wait(number: int) -> float:
    """0, 0.5, 1, 2, 4 … seconds."""
    if number == 1:
        return 0.0
    # The exponent is bounded, for a child that cannot run falls thousands of times.
    return min(SHORTEST_WAIT * 2.0 ** min(number - 2, 10), LONGEST_WAIT)
