"""Circuit breaker: after a failure a server is left alone for some seconds."""

import time
from threading import Lock


class Circuit:
    """
    Closed while the server answers. A failure opens it for some seconds; after them one caller
    may try again while the others still go without.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._retry_at = 0.0  # 0 while closed

    def allows(self) -> bool:
        """Whether this caller may ask the server. They then report `failed` or `worked`."""
        if not self._retry_at:
            return True
        with self._lock:
            is_due = time.monotonic() >= self._retry_at
            if is_due:
                self._retry_at = time.monotonic() + self._seconds
            return is_due

    def failed(self) -> bool:
        """Open it; returns whether it was closed before."""
        with self._lock:
            was_closed = not self._retry_at
            self._retry_at = time.monotonic() + self._seconds
            return was_closed

    def worked(self) -> bool:
        """Close it; returns whether it was open before."""
        if not self._retry_at:
            return False
        with self._lock:
            was_open = bool(self._retry_at)
            self._retry_at = 0.0
            return was_open
