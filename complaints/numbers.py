"""Numbers of the complaints book: LR-2026-000001, again each year, without gaps."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

NEXT = """
INSERT INTO complaints_complaintyear (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = complaints_complaintyear.last + 1
RETURNING last
"""


def next_number(now: datetime) -> str:
    """Take a number in the caller's transaction: one that is rolled back has taken none."""
    year = timezone.localdate(now).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [year])
        (last,) = cursor.fetchone()
    return f"LR-{year}-{last:06d}"
