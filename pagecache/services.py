"""Invalidates cached pages by the changes that database triggers have recorded."""

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

# An import's changes are taken in batches, so that they do not fill the memory.
_BATCH = 5_000
# The shop's frame and lists are cached by core.caching.values as well.
_ALSO_CACHED_VALUES = {"all", "home"}
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
    Invalidate the pages that show what has changed; returns the number of changes.

    1 query if there are none. While Redis is unavailable the changes stay recorded.
    """
    total = 0
    try:
        while taken := _invalidate_batch():
            total += taken
            if taken < _BATCH:
                break
    except RedisError as error:
        logger.warning("Pages cannot be invalidated: %s", error)
    return total


@transaction.atomic
def _invalidate_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_BATCH])
        taken, tags = cursor.fetchone()
    if taken:
        if _ALSO_CACHED_VALUES.intersection(tags):
            invalidate_cached()
        store.invalidate(tags, replica.written_position() if replica.is_configured() else 0)
    return int(taken)


@contextmanager
def as_one_change(cursor: CursorWrapper) -> Iterator[None]:
    """Inside, triggers record no changes row by row; all pages are invalidated at the end."""
    cursor.execute("SELECT set_config('vitrina.page_changes', 'off', TRUE)")
    yield
    cursor.execute("SELECT set_config('vitrina.page_changes', 'on', TRUE)")
    record_changes(["all"])


def record_changes(tags: Iterable[str]) -> None:
    """Have pages with these tags invalidated within seconds of the commit."""
    Change.objects.create(parts=sorted(tags))
