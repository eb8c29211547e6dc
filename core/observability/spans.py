"""
Traces: what a request and the tasks that follow from it spent their time on.

Nothing is measured, and nothing loaded, unless `core.observability.tracing` has taken over.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Open = Callable[[str, str], AbstractContextManager[object]]


class _Spans:
    """Hooks for tracing; no-ops until a collector is configured."""

    opened: Open = staticmethod(lambda _name, _parent: nullcontext())
    here: Callable[[], str] = staticmethod(lambda: "")


def span(name: str, parent: str = "") -> AbstractContextManager[object]:
    """What happens inside is a part of the trace, or of that of `parent`, as `here` has given."""
    return _Spans.opened(name, parent)


def here() -> str:
    """The current trace context, for work that continues elsewhere; empty without one."""
    return _Spans.here()


def take_over(opened: Open, place: Callable[[], str]) -> None:
    _Spans.opened = staticmethod(opened)
    _Spans.here = staticmethod(place)
