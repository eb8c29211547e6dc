"""Order numbers: PED-20261121-0001, anew each day, from a sequence and without a lock."""

from datetime import date, datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone


def next_order_number(now: datetime) -> str:
    """
    Take a number of the shop's day. It is spent even if the transaction is rolled back.

    Only the first order of a day makes others wait, until it is committed: call this before
    any row is locked.
    """
    day = timezone.localdate(now)
    with connection.cursor() as cursor:
        first = _first_of(cursor, day)
        if first is None:
            cursor.execute(
                "INSERT INTO orders_orderday (day, first_value)"
                " VALUES (%s, nextval('order_number')) ON CONFLICT DO NOTHING"
                " RETURNING first_value",
                [day],
            )
            if cursor.fetchone():
                return f"PED-{day:%Y%m%d}-0001"
            # Another order opened the day while this one waited: a new statement sees it.
            first = _first_of(cursor, day)
        cursor.execute("SELECT nextval('order_number') - %s + 1", [first])
        (place,) = cursor.fetchone()
    return f"PED-{day:%Y%m%d}-{place:04d}"


def _first_of(cursor: CursorWrapper, day: date) -> int | None:
    cursor.execute("SELECT first_value FROM orders_orderday WHERE day = %s", [day])
    row = cursor.fetchone()
    return row[0] if row else None
