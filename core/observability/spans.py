"""
Hooks for traces: where a request and the tasks that follow from it spend their time.

They do nothing, and load nothing, until `core.observability.tracing` takes over.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Open = Callable[[str, str], AbstractContextManager[object]]


class _Spans:
    """Hooks for tracing; no-ops until a collector is configured."""

    opened: Open = staticmethod(lambda _name, _parent: nullcontext())
    here: Callable[[], str] = staticmethod(lambda: "")


def span(name: str, parent: str = "") -> AbstractContextManager[object]:
    """A part of the current trace, or of the trace of `parent`, a context that `here` returned."""
    return _Spans.opened(name, parent)


def here() -> str:
    """The current trace context, for work that continues elsewhere; empty without one."""
    return _Spans.here()


def take_over(opened: Open, place: Callable[[], str]) -> None:
    _Spans.opened = staticmethod(opened)
    _Spans.here = staticmethod(place)
