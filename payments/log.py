"""
The conversation with each provider, redacted: first into PostgreSQL, from there to MongoDB.

MongoDB may be away for as long as it likes; payments never wait for it.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from pymongo import MongoClient, ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import PyMongoError
from structlog.contextvars import bound_contextvars, get_contextvars

from payments.models import GatewayLogSpool, Payment

logger = logging.getLogger(__name__)

COLLECTION = "gateway_log"
CONTEXT = ("payment", "order", "request_id", "task_id")
BATCH = 500
MOST_WAITING = 1_000_000
KEEP_SECONDS = 180 * 24 * 3600
HIDDEN = "•••"
SECRET_NAMES = re.compile(
    r"secret|token|password|authorization|signature|cookie|api.?key|cvc|cvv|card.?number|card.?holder|^pan$"
    r"|e-?mail|phone|(?:first|given|last|sur|full).?name|address|document|identification",
    re.IGNORECASE,
)
TOKENS = re.compile(r"\b(?:sk|rk|pk|whsec|key|Bearer|Basic|APP_USR|TEST)[-_ ][\w.\-+/=]{8,}")
MAILS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A name beside one of these is a person's.
PERSONAL = frozenset({"email", "phone", "last4"})
DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


@contextmanager
def about(payment: Payment) -> Iterator[None]:
    """What is said inside, here and in the shop's own log, belongs to this payment."""
    with bound_contextvars(payment=payment.number, order=payment.order.number):
        yield


def record(entry: Mapping[str, Any]) -> None:
    """
    Keep an entry for MongoDB, with the payment, the order, and the request or task in whose
    course it was said. A log that cannot be written never stops a payment.
    """
    context = get_contextvars()
    known = {name: str(context[name]) for name in CONTEXT if context.get(name)}
    full = {**known, **entry, "at": timezone.now().isoformat()}
    try:
        with transaction.atomic():
            GatewayLogSpool.objects.create(entry=redact(full))
    except DatabaseError:
        logger.exception("A gateway log entry is lost")


def drain() -> int:
    """
    Move waiting entries to MongoDB; gives how many.

    Nothing is deleted here before MongoDB has it; one sent twice keeps its key and stays one.
    """
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


def redact(value: Any, name: str = "") -> Any:
    """A copy without secrets, card numbers, names and addresses of people."""
    if name and SECRET_NAMES.search(name) and value not in (None, "", [], {}):
        return HIDDEN
    if isinstance(value, Mapping):
        hidden = {"name": HIDDEN} if "name" in value and not PERSONAL.isdisjoint(value) else {}
        return {str(key): redact(each, str(key)) for key, each in value.items()} | hidden
    if isinstance(value, (list, tuple)):
        return [redact(each) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return _without_secrets(str(value)) if _is_card_number(str(value)) else value
    return value if isinstance(value, float) else _without_secrets(str(value))


def _without_secrets(text: str) -> str:
    # No table keeps a zero byte.
    text = MAILS.sub(HIDDEN, TOKENS.sub(HIDDEN, text.replace("\0", "")))
    return DIGITS.sub(_hide_card, text)


def _hide_card(match: re.Match[str]) -> str:
    return HIDDEN + match[0][-4:] if _is_card_number(match[0]) else match[0]


def _is_card_number(text: str) -> bool:
    """Luhn's sum, so that order numbers and times stay readable."""
    digits = [int(each) for each in text if each.isdecimal()]
    if not 13 <= len(digits) <= 19:  # noqa: PLR2004
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[::-2]) + sum(doubled)) % 10 == 0


def entries() -> Iterator[dict[str, Any]]:
    """
    Every entry that has arrived, the oldest first: what a backup keeps.

    :raises PyMongoError: if the server is away
    """
    yield from collection().find().sort("_id")


def put_back(documents: Iterable[dict[str, Any]]) -> None:
    """
    Write entries of a backup. Twice is once.

    :raises PyMongoError: if the server is away
    """
    waiting = iter(documents)
    while batch := list(islice(waiting, BATCH)):
        _send(batch)


def collection() -> Collection[dict[str, Any]]:
    """Where the entries lie. Asking it may raise PyMongoError."""
    return _client(settings.MONGODB_URL).get_default_database()[COLLECTION]


def _send(documents: list[dict[str, Any]]) -> None:
    rows = collection()
    rows.create_index("created_at", expireAfterSeconds=KEEP_SECONDS)
    rows.create_index([("order", 1), ("created_at", -1)])
    rows.create_index([("payment", 1), ("created_at", -1)])
    rows.bulk_write(
        [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents], ordered=False
    )


@lru_cache(maxsize=2)
def _client(url: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(
        url, serverSelectionTimeoutMS=300, connectTimeoutMS=300, socketTimeoutMS=2000
    )


def _drop_oldest() -> None:
    surplus = GatewayLogSpool.objects.count() - MOST_WAITING
    if surplus > 0:
        oldest = GatewayLogSpool.objects.order_by("pk").values("pk")[:surplus]
        GatewayLogSpool.objects.filter(pk__in=oldest).delete()
        logger.error("The gateway log was full: %s entries are lost", surplus)
