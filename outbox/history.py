"""Delivered events move out of the workers' table, and expire after their retention."""

from datetime import datetime, timedelta

from constance import config
from django.db import connection
from django.utils import timezone

from outbox import partitions
from outbox.models import DeliveredMessage

STAYS = timedelta(hours=1)
_MAX = 1_000
_MOVE = """
WITH gone AS (
    DELETE FROM outbox_message WHERE id IN (
        SELECT id FROM outbox_message WHERE delivered_at < %s
        ORDER BY delivered_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, created_at, event, payload, handler, attempts, delivered_at
)
INSERT INTO outbox_history (id, created_at, event, payload, handler, attempts, delivered_at)
SELECT * FROM gone
"""


def archive_delivered() -> int:
    """Move some messages that were delivered an hour ago or more; gives their number. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [timezone.now() - STAYS, _MAX])
        return int(cursor.rowcount)


def maintain_partitions(now: datetime) -> int:
    """
    Create partitions ahead and drop those past retention. Give the number dropped.

    A month is that in which messages were written: one delivered long after goes with the others.
    """
    table = DeliveredMessage._meta.db_table
    partitions.create_ahead(table)
    days = int(config.KEEP_TRACES_DAYS)
    return partitions.drop_before(table, now - timedelta(days=days)) if days else 0
