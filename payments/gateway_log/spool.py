"""
Record each exchange with a provider, redacted: first in PostgreSQL, from there in MongoDB.

Payments never wait for MongoDB: `payments.gateway_log.store` copies the entries there later.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from structlog.contextvars import get_contextvars

from core.database.models import DATABASE_AWAY
from core.ids import uuid7
from core.observability import log_context
from core.observability.redaction import HIDDEN, hidden, is_card_number
from payments.gateway_log import late_entries
from payments.models import GatewayLogSpool, Payment

logger = logging.getLogger(__name__)

CONTEXT = ("payment", "order", "request_id", "task_id")
SECRET_NAMES = re.compile(
    r"secret|token|password|authorization|signature|cookie|api.?key|cvc|cvv|card.?number|card.?holder|^pan$"
    r"|e-?mail|phone|(?:first|given|last|sur|full).?name|address|document|identification",
    re.IGNORECASE,
)
# A name beside one of these is a person's.
PERSONAL = frozenset({"email", "phone", "last4"})


@contextmanager
def about(payment: Payment) -> Iterator[None]:
    """Calls and log lines inside belong to this payment."""
    with log_context.about(payment=payment.number, order=payment.order.number):
        yield


def record(entry: Mapping[str, Any]) -> None:
    """
    Keep an entry for MongoDB, with the payment, the order, and the request or task in whose
    course it was said. A log that cannot be written never stops a payment: it waits here.
    """
    context = get_contextvars()
    known = {name: str(context[name]) for name in CONTEXT if context.get(name)}
    now = timezone.now()
    full = redact({**known, **entry, "at": now.isoformat()})
    row = GatewayLogSpool(pk=uuid7(), created_at=now, entry=full)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DATABASE_AWAY:
        logger.warning("PostgreSQL is away, an entry of the gateway log waits")
        late_entries.keep(row)
    except DatabaseError:
        logger.exception("A gateway log entry is lost")


def redact(value: Any, name: str = "") -> Any:
    """A copy without secrets, card numbers, names and addresses of people."""
    if name and SECRET_NAMES.search(name) and value not in (None, "", [], {}):
        return HIDDEN
    if isinstance(value, Mapping):
        names = {"name": HIDDEN} if "name" in value and not PERSONAL.isdisjoint(value) else {}
        return {str(key): redact(each, str(key)) for key, each in value.items()} | names
    if isinstance(value, (list, tuple)):
        return [redact(each) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return hidden(str(value)) if is_card_number(str(value)) else value
    return value if isinstance(value, float) else hidden(str(value))
