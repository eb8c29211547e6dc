"""
A moment's memory of what is sold out, so that a crowd is told so without asking the database.

It only ever refuses. PostgreSQL decides who gets a unit; a Redis that is away is not missed.
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
    """Somebody has just looked, and nothing is left that a new visitor could have."""
    with suppress(RedisError):
        client().set(_name(variant_id), 1, ex=SECONDS)


def forget_after_commit(variant_id: UUID) -> None:
    """Units have come back: they are for anyone who asks next."""
    transaction.on_commit(partial(_forget, variant_id), robust=True)


def remembered(variant_ids: Iterable[UUID]) -> list[UUID]:
    """Those of which nothing was left a moment ago. One Redis call, no query."""
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
    """Braces keep them on one node of a cluster, which is asked for several at once."""
    return f"{{sold-out}}:{variant_id}"
