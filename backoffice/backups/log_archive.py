"""PostgreSQL's archive of its log of changes, where it keeps one."""

from django.db import connection

# It tries again and again: the latest time tells.
_FAILING = """
SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off'
"""


def is_failing() -> bool | None:
    """Whether archiving fails at the moment; None where it is off. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILING)
        row = cursor.fetchone()
    return bool(row[0]) if row else None
