"""Leaves a server alone that has not answered: not each request is to wait for it."""

import time
from threading import Lock


class Circuit:
    """
    Closed while the server answers. After a failure it is open for some seconds; then one caller
    may try again while the others still go without.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._tries_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the server has failed and has not answered since."""
        return bool(self._tries_at)

    def allows(self) -> bool:
        """Whether this caller may ask the server. He then says how it went."""
        if not self._tries_at:
            return True
        with self._lock:
            is_due = time.monotonic() >= self._tries_at
            if is_due:
                self._tries_at = time.monotonic() + self._seconds
            return is_due

    def failed(self) -> bool:
        """Open it; says whether it was closed before."""
        with self._lock:
            was_closed = not self._tries_at
            self._tries_at = time.monotonic() + self._seconds
            return was_closed

    def worked(self) -> bool:
        """Close it; says whether it was open before."""
        if not self._tries_at:
            return False
        with self._lock:
            was_open = bool(self._tries_at)
            self._tries_at = 0.0
            return was_open
