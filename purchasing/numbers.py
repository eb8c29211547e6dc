"""Numbers of purchase orders: OC-2026-001, again each year, from a sequence and without a lock."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def next_purchase_number(now: datetime) -> str:
    """
    Take a number of the shop's year. It is spent even if the transaction is rolled back.

    Only the first order of a year makes others wait, until it is committed: call this before
    any row is locked.
    """
    year = timezone.localdate(now).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_value FROM purchasing_purchaseyear WHERE year = %s", [year])
        if cursor.fetchone() is None:
            cursor.execute(
                "INSERT INTO purchasing_purchaseyear (year, first_value)"
                " VALUES (%s, nextval('purchase_number') + 1) ON CONFLICT DO NOTHING",
                [year],
            )
        # A new statement sees the year's row even if another order has just written it.
        cursor.execute(
            "SELECT nextval('purchase_number') - first_value + 1"
            " FROM purchasing_purchaseyear WHERE year = %s",
            [year],
        )
        (place,) = cursor.fetchone()
    return f"OC-{year}-{place:03d}"
