from datetime import datetime

from django.db import connection
from django.utils import timezone


def next_number(prefix: str, *, at: datetime | None = None) -> str:
    """TXN-20261121-042: the shop's day and a sequence that never repeats a value."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('payment_number')")
        value = cursor.fetchone()[0]
    return f"{prefix}-{timezone.localdate(at):%Y%m%d}-{value:03d}"
