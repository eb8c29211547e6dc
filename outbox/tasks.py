import time

from celery import shared_task

from core.connections.circuit_breaker import Circuit
from core.observability import log_context, spans
from outbox import history
from outbox.delivery import deliver, lease_next
from pagecache.services import invalidate_changed

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
    while message := lease_next():
        tried += 1
        with (
            log_context.about(**message.context, handler=message.handler),
            spans.span(message.handler, message.context.get("traceparent", "")),
        ):
            deliver(message)
    if tried:
        invalidate_changed()
    else:
        history.archive_delivered()
    return tried


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
