"""What a migration says to make an index while the shop goes on."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class RetryableAddIndex(AddIndexConcurrently):
    """
    Make it while the shop goes on, also where the migration was broken off and runs again.

    The migration is not atomic: its index may be there already, or be there and be of no use, as
    PostgreSQL leaves one that it could not finish.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._ensure_not_in_transaction(schema_editor)
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
