from dataclasses import asdict

from django.db import connection, transaction

from core.observability import log_context
from outbox import registry
from outbox.models import Message
from outbox.tasks import wake


def publish(event: registry.Event) -> None:
    """Store the event in the caller's transaction; handlers run after the commit."""
    Message.objects.bulk_create(
        Message(
            event=registry.dotted_name(type(event)),
            payload=asdict(event),
            context=log_context.for_event(),
            handler=name,
        )
        for name in registry.handler_names(type(event))
    )
    if not any(wake in entry for entry in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)
