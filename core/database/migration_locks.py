"""Change tables while the shop sells: short waits for a lock, retried until it is free."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import DeadlockDetected, LockNotAvailable

# Anyone who asks for a table while we wait for it waits behind us: so for this long at the most. It
# is less than PostgreSQL waits before it breaks a deadlock: we give way sooner than a shopper.
MAX_WAIT = "700ms"
GIVEN_WAY = (LockNotAvailable, DeadlockDetected)
ATTEMPTS = 40
PAUSE = 2.0

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


def retry_on_lock_timeout(work: Callable[[], object], say: Callable[[str], None]) -> None:
    """
    Do it; where a table is not free, leave it to the shop for a moment and do it again.

    The work must continue where it stopped when it is repeated, as migrations do.
    """
    for left in reversed(range(ATTEMPTS)):
        try:
            work()
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, GIVEN_WAY):
                raise
            say(f"The shop is using that table: again in {PAUSE:.0f} s.")
            time.sleep(PAUSE)
        else:
            return


@contextmanager
def lock_timeout(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """
    Limit every lock wait inside.

    Concurrent index builds are exempt: they block no one, and an aborted one leaves an invalid
    index behind. Behind PgBouncer the setting would leak to other clients, so there is no limit:
    run migrate on a direct connection.
    """
    if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{MAX_WAIT}'")
        cursor.execute("SET statement_timeout = 0")  # an index of a large table takes hours
    try:
        with connection.execute_wrapper(_let_wait_beside):
            yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
                cursor.execute("RESET statement_timeout")


def _let_wait_beside(
    execute: Execute,
    sql: str,
    params: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    if "CONCURRENTLY" not in sql:
        return execute(sql, params, many, context)
    execute("SET lock_timeout = 0", None, many, context)
    try:
        return execute(sql, params, many, context)
    finally:
        execute(f"SET lock_timeout = '{MAX_WAIT}'", None, many, context)
