from datetime import datetime

from django.utils import timezone

from core.database import prepared


def next_number(prefix: str, *, at: datetime | None = None) -> str:
    """TXN-20261121-042: the shop's day and a sequence that never repeats a value."""
    [(value,)] = prepared.rows("SELECT nextval('payment_number')", ())
    return f"{prefix}-{timezone.localdate(at):%Y%m%d}-{value:03d}"
