"""One message on its way to its handler: leased, tried, tried again later, or given up."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from outbox import registry
from outbox.models import Message

logger = logging.getLogger(__name__)

MAX_WAIT = timedelta(hours=1)
MAX_ATTEMPTS = 12


@transaction.atomic
def lease_next() -> Message | None:
    """Lease the next message: no lock is held while its handler runs."""
    message = Message.objects.first_due()
    if message:
        message.attempts += 1
        message.due_at = timezone.now() + min(timedelta(seconds=15 * 2**message.attempts), MAX_WAIT)
        message.save(update_fields=["attempts", "due_at"])
    return message


def deliver(message: Message) -> None:
    """Call the handler; a failure is recorded, and the last one gives the message up."""
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
