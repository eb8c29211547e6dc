"""Entries of the gateway log that PostgreSQL could not take: they wait in memory until it can."""

import logging
import threading
import time
from collections import deque

from django.db import DatabaseError, connections

from core.database.models import DATABASE_AWAY
from payments.models import GatewayLogSpool

logger = logging.getLogger(__name__)

MAX = 2_000
FIRST_PAUSE, MAX_PAUSE = 0.5, 10.0
_rows: deque[GatewayLogSpool] = deque(maxlen=MAX)
_lock = threading.Lock()
_writing: list[threading.Thread] = []


def keep(row: GatewayLogSpool) -> None:
    """Write it as soon as PostgreSQL answers again. A process that ends before takes it along."""
    with _lock:
        if len(_rows) == MAX:
            logger.error("The gateway log was full: an entry is lost")
        _rows.append(row)
        if not _writing:
            thread = threading.Thread(target=_write_all, name="late gateway log", daemon=True)
            _writing.append(thread)
            thread.start()


def _write_all() -> None:
    pause = FIRST_PAUSE
    while row := _next():
        time.sleep(pause)
        try:
            # The key is made here: one whose commit was not confirmed is not written twice.
            GatewayLogSpool.objects.bulk_create([row], ignore_conflicts=True)
        except DATABASE_AWAY:
            with _lock:
                _rows.appendleft(row)
            pause = min(2 * pause, MAX_PAUSE)
        except DatabaseError:
            logger.exception("A gateway log entry is lost")
        else:
            pause = 0
        finally:
            connections.close_all()


def _next() -> GatewayLogSpool | None:
    """The oldest; without one the thread ends."""
    with _lock:
        if _rows:
            return _rows.popleft()
        _writing.clear()
        return None
