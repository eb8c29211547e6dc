"""Order numbers: PED-20261121-0001, again each day, from a sequence and without a lock."""

import re
from datetime import date, datetime

from django.utils import timezone

from core.database import prepared

_WRITTEN = re.compile(r"(?:PED)?[\s-]*([0-9]{8})[\s-]*([0-9]{4,12})", re.IGNORECASE | re.ASCII)


def written_number(text: str) -> str:
    """The number that people mean, with or without its letters and dashes; empty if none."""
    found = _WRITTEN.fullmatch(text.strip().removeprefix("#"))
    return f"PED-{found[1]}-{found[2]}" if found else ""


def next_order_number(now: datetime) -> str:
    """
    Take a number of the shop's day. It is spent even if the transaction is rolled back.

    Only the first order of a day makes others wait, until it is committed: call this before
    any row is locked.
    """
    day = timezone.localdate(now)
    place = _next_of(day)
    if place is None:
        is_first = prepared.rows(
            "INSERT INTO orders_orderday (day, first_value)"
            " VALUES (%s, nextval('order_number')) ON CONFLICT DO NOTHING RETURNING 1",
            [day],
        )
        # Another order may open the day while this one waits: a new statement sees it.
        place = 1 if is_first else _next_of(day)
    return f"PED-{day:%Y%m%d}-{place:04d}"


def _next_of(day: date) -> int | None:
    """The day's next place, or None on a day without orders."""
    rows = prepared.rows(
        "SELECT nextval('order_number') - first_value + 1 FROM orders_orderday WHERE day = %s",
        [day],
    )
    return rows[0][0] if rows else None
