"""What a migration says to take away an index that another one of the table begins with."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


def without_index(
    index: str, table: str, column: str, *state: Operation
) -> migrations.SeparateDatabaseAndState:
    """
    Drop it while the shop goes on. The migration is not atomic.

    `state` is what Django knows of it: its own way would also make the foreign key anew, for which
    all would wait.
    """
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {table} ({column})",
            )
        ],
        state_operations=list(state),
    )
