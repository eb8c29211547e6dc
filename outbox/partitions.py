"""
Monthly partitions by a time-ordered key, so that old rows are dropped at no cost.

Such a table has a partition per month (`…_202611`) and a default one (`…_default`) for other rows.
No foreign key may refer to its rows.
"""

from datetime import datetime

from django.db import connection

AHEAD = 3


def create_ahead(table: str) -> None:
    """Make the parts of this month and the next ones, where they are missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT months_create_ahead(%s, %s)", [table, AHEAD])


def drop_before(table: str, before: datetime) -> int:
    """Drop the months that were over before that moment; gives their number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT months_drop_before(%s, %s)", [table, before])
        return int(cursor.fetchone()[0])
