"""Builds and updates the Elasticsearch index of products."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.helpers import streaming_bulk
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from catalog.models import Product, StaleDocument
from catalog.search.base import EngineAway
from catalog.search.elastic import client
from catalog.search.elastic.documents import documents
from catalog.search.elastic.mapping import ALIAS, INDEX
from core import redis

_ALL_INDICES = f"{ALIAS}-*"
_BATCH = 500
# Conflict with a newer version, or the product or index is gone.
_HARMLESS = (404, 409)
_LEASE = 120  # seconds, renewed after each batch
_FORGET = """
DELETE FROM catalog_staledocument stale
USING unnest(%(keys)s::uuid[], %(times)s::timestamptz[]) AS done (id, at)
WHERE stale.product_id = done.id AND stale.queued_at = done.at
"""


class Rebuilding(Exception):
    """Another process is rebuilding the index."""


def rebuild() -> Iterator[int]:
    """
    Build a new index and switch to it once complete; yields the number of products after each
    batch.

    Until then, searches use the old index and changes go to both. A failed rebuild changes nothing.

    :raises Rebuilding: if another rebuild is running
    :raises EngineAway: if Elasticsearch is unavailable
    """
    try:
        with _only_one() as lease, client.engine_errors():
            for done in _rebuild(client.for_workers()):
                lease.reacquire()
                yield done
    except LockError as error:
        raise Rebuilding from error
    except RedisError as error:
        raise EngineAway("Redis is away, which keeps two from rebuilding at once") from error


@contextmanager
def _only_one() -> Iterator[Lock]:
    """A lock in Redis, as PostgreSQL's session locks do not work with PgBouncer."""
    lease = redis.client().lock("search:rebuilding", timeout=_LEASE, blocking=False)
    if not lease.acquire():
        raise Rebuilding
    try:
        yield lease
    finally:
        with suppress(LockError):  # the lease has expired; another process may hold it
            lease.release()


def _rebuild(search: Elasticsearch) -> Iterator[int]:
    name = f"{ALIAS}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    search.indices.create(index=name, aliases={_writes(name): {}}, **INDEX)
    try:
        yield from _fill(search, name)
        search.indices.refresh(index=name)
    except BaseException:
        search.indices.delete(index=name)
        raise
    old = [other for other in _indices(search) if other != name]
    # Atomic: no search hits a missing index.
    search.indices.update_aliases(
        actions=[
            {"add": {"index": name, "alias": ALIAS}},
            *({"remove_index": {"index": other}} for other in old),
        ]
    )


def _fill(search: Elasticsearch, name: str) -> Iterator[int]:
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        _send(search, [name], batch, _now())
        yield len(batch)


def push_stale(limit: int = _BATCH) -> int:
    """
    Send stale documents, oldest first; returns how many. During a rebuild both indices get them.

    Products that change meanwhile stay marked.

    :raises EngineAway: if Elasticsearch is unavailable or has no index; all stay marked
    """
    version = _now()
    rows = list(StaleDocument.objects.order_by("queued_at")[:limit])
    if not rows:
        return 0
    with client.engine_errors():
        search = client.for_workers()
        names = _indices(search)
        if not names:
            raise EngineAway("there is no index: run manage.py reindex_search")
        _send(search, names, [row.product_id for row in rows], version)
    with connection.cursor() as cursor:
        keys, times = [row.product_id for row in rows], [row.queued_at for row in rows]
        cursor.execute(_FORGET, {"keys": keys, "times": times})
    return len(rows)


def state() -> str:
    """`ok`, or the problem in a few words."""
    try:
        with client.engine_errors():
            there = client.for_shoppers().indices.exists_alias(name=ALIAS)
    except EngineAway:
        return "away, PostgreSQL searches"
    return "ok" if there else "no index, PostgreSQL searches: run manage.py reindex_search"


def _send(
    search: Elasticsearch, names: Sequence[str], product_ids: Sequence[UUID], version: int
) -> None:
    """:raises EngineAway: if a document is refused"""
    found = documents(product_ids)
    actions = [
        _action(_writes(name), key, version, found.get(key))
        for name in names
        for key in product_ids
    ]
    answers = streaming_bulk(
        search, actions, raise_on_error=False, max_retries=2, require_alias=True
    )
    for is_done, answer in answers:
        [result] = answer.values()
        if not is_done and result["status"] not in _HARMLESS:
            raise EngineAway(f"a document was refused: {result}")


def _action(place: str, key: UUID, version: int, document: dict[str, Any] | None) -> dict[str, Any]:
    """Index the document, or delete it if the product is gone; older versions are ignored."""
    where = {
        "_index": place,
        "_id": str(key),
        "version": version,
        "version_type": "external_gte",
    }
    if document is None:
        return {"_op_type": "delete", **where}
    return {"_op_type": "index", **where, "_source": document}


def _writes(name: str) -> str:
    """The write alias, so that a late write does not recreate a deleted index."""
    return f"{name}-writes"


def _indices(search: Elasticsearch) -> list[str]:
    try:
        return sorted(search.indices.get_alias(index=_ALL_INDICES).body)
    except NotFoundError:
        return []


def _now() -> int:
    """Microseconds of PostgreSQL's clock, which all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return int(cursor.fetchone()[0])
