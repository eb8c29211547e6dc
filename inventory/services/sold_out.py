"""
Caches for seconds that a variant is sold out, so that a crowd does not query the database.

It only refuses: PostgreSQL decides who gets a unit, and without Redis nothing is refused here.
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from uuid import UUID

from django.db import transaction
from redis import RedisError

from core.redis import client

SECONDS = 3


def remember(variant_id: UUID) -> None:
    """Cache that no unit is left for a new visitor."""
    with suppress(RedisError):
        client().set(_name(variant_id), 1, ex=SECONDS)


def forget_after_commit(variant_id: UUID) -> None:
    """Invalidate after the commit that brings units back."""
    transaction.on_commit(partial(_forget, variant_id), robust=True)


def remembered(variant_ids: Iterable[UUID]) -> list[UUID]:
    """Variants that were sold out a moment ago. One Redis call, no query."""
    keys = list(variant_ids)
    if not keys:
        return []
    try:
        found = client().mget([_name(key) for key in keys])
    except RedisError:
        return []
    return [key for key, value in zip(keys, found, strict=True) if value]


def _forget(variant_id: UUID) -> None:
    with suppress(RedisError):
        client().delete(_name(variant_id))


def _name(variant_id: UUID) -> str:
    """The hash tag puts all keys on one node of a cluster, as MGET needs."""
    return f"{{sold-out}}:{variant_id}"
