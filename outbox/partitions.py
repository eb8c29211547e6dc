"""
Tables cut by month along their time-ordered key: what is old goes whole, and costs nothing.

Such a table has a part for each month (`…_202611`) and one for what finds no month of its own
(`…_default`). Nothing may point at its rows by a foreign key.
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
