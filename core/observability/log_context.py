"""
The context of each log line: the request or task, the order and the payment.

It is set once; all lines written inside carry it, and published events pass it on to the worker.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import (
    bind_contextvars,
    bound_contextvars,
    clear_contextvars,
    get_contextvars,
)

from core.observability import spans

# Passed on with events.
PASSED_ON = ("request_id", "order", "payment", "traceparent")


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """Log lines inside carry these facts too; empty ones are left out."""
    with bound_contextvars(**{name: str(fact) for name, fact in facts.items() if fact}):
        yield


@contextmanager
def only(**facts: object) -> Iterator[None]:
    """Log lines inside carry only these facts: a thread runs task after task."""
    outer = get_contextvars()
    clear_contextvars()
    try:
        with about(**facts):
            yield
    finally:
        clear_contextvars()
        bind_contextvars(**outer)


def add(**facts: object) -> None:
    """Add facts until the request or task ends."""
    bind_contextvars(**{name: str(fact) for name, fact in facts.items() if fact})


def for_event() -> dict[str, str]:
    """The facts of this request, to pass on with an event."""
    context = get_contextvars() | {"traceparent": spans.here()}
    return {name: str(context[name]) for name in PASSED_ON if context.get(name)}
