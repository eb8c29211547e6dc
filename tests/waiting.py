"""Waiting for what another process or thread does."""

import time
from collections.abc import Callable


def until(reached: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "It has not come to that."
        time.sleep(0.05)
