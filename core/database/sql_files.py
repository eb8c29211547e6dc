"""
SQL that lies beside the code: `<app>/sql/<name>.sql`, one subject a file.

Migrations run whole files. Models and migrations take the bodies of triggers' functions from them.
A file that a released migration reads stays as it is: a rule that changes gets a new file and a new
migration. Each trigger's hash in its migration tells `makemigrations` if a file did change.
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
