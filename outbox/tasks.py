import logging
import time
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from core.connections.circuit_breaker import Circuit
from core.observability import log_context, spans
from outbox import history, registry
from outbox.models import Message
from pagecache.services import invalidate_changed

logger = logging.getLogger(__name__)

MAX_WAIT = timedelta(hours=1)
MAX_ATTEMPTS = 12
# The broker kept this one waiting; the next events need not wait as well.
_TOO_LONG = 0.5  # seconds
_broker = Circuit(10)


@shared_task
def deliver_due() -> int:
    """
    Hand every waiting message to its handler; say how many were tried.

    Run after each commit, and by beat as a net: a lost broker delays news, it loses none. Who finds
    nothing waiting puts away what was delivered long ago.
    """
    tried = 0
    while message := _claim():
        tried += 1
        with (
            log_context.about(**message.context, handler=message.handler),
            spans.span(message.handler, message.context.get("traceparent", "")),
        ):
            _deliver(message)
    if tried:
        invalidate_changed()
    else:
        history.archive_delivered()
    return tried


def _deliver(message: Message) -> None:
    try:
        registry.handle(message.event, message.payload, message.handler)
    except Exception as error:
        logger.exception("Handler %s failed", message.handler)
        message.error = repr(error)
        if message.attempts >= MAX_ATTEMPTS:
            message.given_up_at = timezone.now()
    else:
        logger.info("Delivered %s", message.event.rpartition(".")[2])
        message.delivered_at = timezone.now()
        message.error = ""
    message.save(update_fields=["error", "delivered_at", "given_up_at"])


def wake() -> None:
    """
    Ask a worker to deliver now.

    A broker that is away raises at once, and beat asks again. One that does not answer is left
    alone for a while: no shopper after the first one waits for it.
    """
    if not _broker.allows():
        return
    began = time.monotonic()
    try:
        deliver_due.apply_async(retry=False, ignore_result=True)
    except Exception:
        if time.monotonic() - began > _TOO_LONG:
            _broker.failed()
        raise
    _broker.worked()


@transaction.atomic
def _claim() -> Message | None:
    """Lease the next message: no lock is held while its handler runs."""
    message = Message.objects.first_due()
    if message:
        message.attempts += 1
        message.due_at = timezone.now() + min(timedelta(seconds=15 * 2**message.attempts), MAX_WAIT)
        message.save(update_fields=["attempts", "due_at"])
    return message
