"""What a migration says so that kept pages follow the changes of a table."""

from django.db import migrations


def watch(table: str, *parts: str, columns: str = "") -> migrations.RunSQL:
    """
    Each change of the table's rows makes pages with these parts stale.

    A part is a word (`home`), or one with the column that has its key (`product=product_id`).
    `columns` names the only ones whose changes count.
    """
    operations = f"INSERT OR DELETE OR UPDATE{f' OF {columns}' if columns else ''}"
    named = ", ".join(f"'{part}'" for part in parts)
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE TRIGGER change_pages AFTER {operations} ON {table}
        FOR EACH ROW EXECUTE FUNCTION pagecache_note_change({named})
        """,
        f"DROP TRIGGER IF EXISTS change_pages ON {table}",
    )
