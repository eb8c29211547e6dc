"""
The log of the gateways in MongoDB: filled from the spool, read by `payments.gateway_log.reader`.

Its client takes tens of megabytes: import this where MongoDB is asked, not at the top of a module
that every web process loads.
"""

import linecache
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import Any

import pymongo
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from pymongo import MongoClient, ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from core.connections.clients import Shared
from core.exceptions import ServiceUnavailable
from payments.models import GatewayLogSpool

logger = logging.getLogger(__name__)

COLLECTION = "gateway_log"
BATCH = 500
MAX_WAITING = 1_000_000
KEEP_SECONDS = 180 * 24 * 3600


def drain() -> int:
    """
    Move waiting entries to MongoDB; gives how many.

    Nothing is deleted here before MongoDB has it; one sent twice keeps its key and stays one.
    Where MONGODB_URL names none they stay, for as long as MongoDB would keep them.
    """
    if not settings.MONGODB_URL:
        oldest = timezone.now() - timedelta(seconds=KEEP_SECONDS)
        GatewayLogSpool.objects.filter(created_at__lt=oldest).delete()
        _drop_oldest()
        return 0
    moved = 0
    while rows := list(GatewayLogSpool.objects.order_by("pk")[:BATCH]):
        documents = [
            {**row.entry, "_id": str(row.pk), "created_at": row.created_at} for row in rows
        ]
        try:
            _send(documents)
        except PyMongoError as error:
            logger.warning("MongoDB is away, the gateway log waits: %s", type(error).__name__)
            _drop_oldest()
            break
        GatewayLogSpool.objects.filter(pk__in=[row.pk for row in rows]).delete()
        moved += len(rows)
    return moved


def entries() -> Iterator[dict[str, Any]]:
    """
    Every entry that has arrived, the oldest first: what a backup keeps.

    :raises PyMongoError: if the server is away
    """
    if settings.MONGODB_URL:  # else they are in the database's own part of a backup
        yield from collection().find().sort("_id")


def is_empty() -> bool:
    """:raises PyMongoError: if the server is away"""
    return not settings.MONGODB_URL or collection().find_one() is None


def forget_all() -> None:
    """
    Delete every entry: those of another backup come instead.

    :raises PyMongoError: if the server is away
    """
    if settings.MONGODB_URL:
        collection().delete_many({})


def put_back(documents: Iterable[dict[str, Any]]) -> None:
    """
    Write entries of a backup. Twice is once.

    :raises PyMongoError: if the server is away
    """
    waiting = iter(documents)
    while batch := list(islice(waiting, BATCH)):
        if settings.MONGODB_URL:
            _send(batch)
        else:
            _spool(batch)


def collection() -> Collection[dict[str, Any]]:
    """Where the entries lie. Asking it may raise PyMongoError."""
    return _client(settings.MONGODB_URL).get_default_database()[COLLECTION]


@contextmanager
def readable_errors(seconds: float | None = None) -> Iterator[None]:
    """
    Nobody waits longer than these seconds for an answer, or than the connection allows.

    :raises ServiceUnavailable: if MongoDB is away
    """
    try:
        with pymongo.timeout(seconds):
            yield
    except PyMongoError as error:
        raise ServiceUnavailable(_("The payment log does not answer. Try again later.")) from error


def _send(documents: list[dict[str, Any]]) -> None:
    rows = collection()
    rows.create_index("created_at", expireAfterSeconds=KEEP_SECONDS)
    rows.create_index([("order", 1), ("created_at", -1)])
    rows.create_index([("payment", 1), ("created_at", -1)])
    rows.bulk_write(
        [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents], ordered=False
    )


def _spool(documents: list[dict[str, Any]]) -> None:
    """Entries of a shop that had MongoDB, for one that has none."""
    rows = []
    for document in documents:
        entry = dict(document)
        key, at = entry.pop("_id"), entry.pop("created_at", None) or timezone.now()
        rows.append(GatewayLogSpool(pk=key, created_at=at, entry=entry))
    GatewayLogSpool.objects.bulk_create(rows, ignore_conflicts=True)


@Shared
def _client(url: str) -> MongoClient[dict[str, Any]]:
    client: MongoClient[dict[str, Any]] = MongoClient(
        url, serverSelectionTimeoutMS=300, connectTimeoutMS=300, socketTimeoutMS=2000
    )
    linecache.clearcache()  # a megabyte: the client has read the source of all that called it
    return client


def _drop_oldest() -> None:
    surplus = GatewayLogSpool.objects.count() - MAX_WAITING
    if surplus > 0:
        oldest = GatewayLogSpool.objects.order_by("pk").values("pk")[:surplus]
        GatewayLogSpool.objects.filter(pk__in=oldest).delete()
        logger.error("The gateway log was full: %s entries are lost", surplus)
