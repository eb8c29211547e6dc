"""
What each line of the log is about: the request or task, the order and the payment.

What begins is named once; every line that is written meanwhile carries the name, and so does
the news that comes of it, into the worker that takes it.
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

# What travels with news.
TRAVELS = ("request_id", "order", "payment", "traceparent")


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """Lines that are written inside carry these facts too; those without a value are left out."""
    with bound_contextvars(**{name: str(fact) for name, fact in facts.items() if fact}):
        yield


@contextmanager
def only(**facts: object) -> Iterator[None]:
    """Lines that are written inside carry these facts alone: a thread takes task after task."""
    outer = get_contextvars()
    clear_contextvars()
    try:
        with about(**facts):
            yield
    finally:
        clear_contextvars()
        bind_contextvars(**outer)


def add(**facts: object) -> None:
    """Something more is known, until the request or task ends."""
    bind_contextvars(**{name: str(fact) for name, fact in facts.items() if fact})


def luggage() -> dict[str, str]:
    """The facts of this request, to pass on with an event."""
    context = get_contextvars() | {"traceparent": spans.here()}
    return {name: str(context[name]) for name in TRAVELS if context.get(name)}
