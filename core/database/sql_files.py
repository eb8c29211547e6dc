"""
SQL in files: `<app>/sql/<name>.sql`, one subject each.

Migrations run whole files; triggers take their function bodies from them. A file used by a released
migration never changes: a changed rule gets a new file and a new migration. `makemigrations`
notices changed trigger files by the hash in the migration.
"""

from pathlib import Path

from django.db.migrations import RunSQL

ROOT = Path(__file__).resolve().parents[2]


def read_sql(app: str, name: str, **values: str) -> str:
    """The text of a file, with `{key}` replaced by the value of that key."""
    text = (ROOT / app / "sql" / f"{name}.sql").read_text("utf-8").strip()
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def run_sql(app: str, name: str, undo: str = RunSQL.noop) -> RunSQL:
    """An operation of a migration that runs a file; `undo` is the statement that takes it back."""
    return RunSQL(read_sql(app, name), undo)
