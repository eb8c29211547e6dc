"""Carries what has changed from the database to the kept pages."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from redis import RedisError

from core.caching.values import invalidate_cached
from core.database import replica
from pagecache.models import Change
from pagecache.store import store

logger = logging.getLogger(__name__)

# In one portion, so that an import's changes do not fill the memory.
_MAX = 5_000
_KEPT_ELSEWHERE = {"all", "home"}
_TAKE = """
WITH taken AS (
    DELETE FROM pagecache_change WHERE id IN (
        SELECT id FROM pagecache_change ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, parts
)
SELECT count(DISTINCT id), array_agg(DISTINCT part)
FROM taken LEFT JOIN unnest(taken.parts) AS part ON TRUE
"""


def invalidate_changed() -> int:
    """
    Have pages made again that show what has changed; returns how many changes there were.

    1 query if there are none. While Redis is away they stay noted.
    """
    total = 0
    try:
        while taken := _tell_portion():
            total += taken
            if taken < _MAX:
                break
    except RedisError as error:
        logger.warning("Pages are not told of changes: %s", error)
    return total


@transaction.atomic
def _tell_portion() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_MAX])
        taken, parts = cursor.fetchone()
    if taken:
        # What was kept of the shop's frame and lists is part of the pages.
        if _KEPT_ELSEWHERE.intersection(parts):
            invalidate_cached()
        store.forget(parts, replica.written_position() if replica.is_configured() else 0)
    return int(taken)


@contextmanager
def one_change_for_all(cursor: CursorWrapper) -> Iterator[None]:
    """Inside, changes of many rows are not noted one by one; all pages are made again instead."""
    cursor.execute("SELECT set_config('vitrina.page_changes', 'off', TRUE)")
    yield
    cursor.execute("SELECT set_config('vitrina.page_changes', 'on', TRUE)")
    note_changes(["all"])


def note_changes(parts: Iterable[str]) -> None:
    """Have pages with these parts made again once the transaction is committed, within seconds."""
    Change.objects.create(parts=sorted(parts))
