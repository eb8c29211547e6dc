"""Connections that are looked at before each request, and asked at most once a second."""

import select
import time

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

PAUSE = 1.0  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Django asks `SELECT 1` before each request: one of the six questions of a product's page.

    A server that has gone, was stopped, or has thrown the connection out says so by itself, and
    where nothing waits to be read, nothing was said. Only a machine that vanishes without a word
    says nothing: a thread that has not asked for a second asks.
    """

    _asked_at = float("-inf")

    def is_usable(self) -> bool:
        """Whether the server is still there."""
        if self.connection is None or self.connection.closed:
            return False
        was_asked = time.monotonic() - self._asked_at < PAUSE
        if was_asked and self._is_between_transactions() and not self._was_told_something():
            return True
        is_there: bool = super().is_usable()
        if is_there:
            self._asked_at = time.monotonic()
        return is_there

    def _is_between_transactions(self) -> bool:
        """Inside a transaction an earlier failure decides."""
        status: TransactionStatus = self.connection.info.transaction_status
        return status == TransactionStatus.IDLE

    def _was_told_something(self) -> bool:
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return bool(socket.poll(0))
