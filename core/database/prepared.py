"""Single statements that a crowd sends: planned once, and not held up by the disk."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.backends.utils import CursorWrapper
from psycopg.pq import TransactionStatus

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]
# Of each connection. With more, those of each page would make room for those of the next.
MAX_PREPARED = 300
# Where a migration has changed what a statement gives, PostgreSQL refuses to run the plan of it.
_outdated: WeakSet[psycopg.Connection[Any]] = WeakSet()


def run(sql: str, values: Mapping[str, Any]) -> Row | None:
    """
    Run the statement, planned once by each connection; gives its first row.

    Rows that a crash may undo whole need not wait for the disk: their statement sets
    `synchronous_commit` to `%(commits)s` where that is not NULL. It is NULL for a statement that
    is part of a transaction, which commits in its own way, unless the values say otherwise.
    """
    commits = None if connections[DEFAULT_DB_ALIAS].in_atomic_block else "off"
    return next(iter(rows(sql, {"commits": commits, **values})), None)


def rows(sql: str, values: Values, alias: str = DEFAULT_DB_ALIAS) -> list[Row]:
    """
    Run the query as a prepared statement of the connection; returns all rows.

    Retries once if a migration changed its columns, unless that would lose a transaction.
    """
    try:
        return _ask(sql, values, alias)
    except NotSupportedError:
        server = connections[alias].connection
        _outdated.add(server)
        if server.info.transaction_status != TransactionStatus.IDLE:
            raise
    return _ask(sql, values, alias)


def _ask(sql: str, values: Values, alias: str) -> list[Row]:
    with _cursor(alias) as cursor:
        cursor.execute(sql, values)
        found: list[Row] = cursor.fetchall()
    return found


class _Prepared(psycopg.Cursor[Any]):
    def _convert_query(self, *given: Any) -> Any:
        """Django's log of queries looks for the text there; of prepared ones psycopg keeps none."""
        self._query = super()._convert_query(*given)
        return self._query


@contextmanager
def _cursor(alias: str) -> Iterator[CursorWrapper]:
    """A cursor of Django's, which counts, logs and translates errors, around one of psycopg's."""
    connection = connections[alias]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    server = connection.connection
    server.prepared_max = MAX_PREPARED
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    # Django's own queries are never prepared. Of all that it sees while it prepares, psycopg
    # counts how often it comes, and for that keeps the text with its values.
    is_shared = connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
    server.prepare_threshold = None if is_shared else 0
    try:
        with wrap(cast("CursorWrapper", _Prepared(server))) as cursor:
            if server in _outdated:
                # psycopg reads along, and forgets their names.
                cursor.execute("DEALLOCATE ALL")
                _outdated.discard(server)
            yield cursor
    finally:
        server.prepare_threshold = None
