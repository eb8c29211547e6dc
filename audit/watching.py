"""What a migration says to put a table under watch."""

from django.db import migrations


def watch(table: str, **options: str) -> migrations.RunSQL:
    """Each change of the table's rows goes into the log. Migration 0001 tells the options."""
    named = "".join(f", {name} => %s" for name in options)
    statement = f"SELECT audit_watch(%s{named})"
    return migrations.RunSQL(
        [(statement, (table, *options.values()))],
        f"DROP TRIGGER IF EXISTS audit ON {table}",
    )
