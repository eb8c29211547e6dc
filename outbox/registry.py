"""Handlers by event. The `handlers.py` of each app registers them when it is imported."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that has happened. Fields hold keys and plain values, never rows."""


EventT = TypeVar("EventT", bound=Event)
Handler = Callable[[Any], None]

_events: dict[str, type[Event]] = {}
_handlers: dict[type[Event], dict[str, Handler]] = defaultdict(dict)


def dotted_name(thing: type[Event] | Handler) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def subscribe(event_type: type[EventT]) -> Callable[[Callable[[EventT], None]], Handler]:
    """Have the decorated function called, at least once, after each such event has committed."""

    def register(handler: Callable[[EventT], None]) -> Handler:
        _events[dotted_name(event_type)] = event_type
        _handlers[event_type][dotted_name(handler)] = handler
        return handler

    return register


def event_types(base: type[Event] = Event) -> list[type[Event]]:
    """Every event that is published, also one without handlers, by its app and its name."""
    kinds = base.__subclasses__()
    found = [event for kind in kinds for event in event_types(kind)] if kinds else [base]
    return sorted(found, key=dotted_name)


def handler_names(event_type: type[Event]) -> list[str]:
    return list(_handlers[event_type])


def handle(event_name: str, payload: dict[str, Any], handler_name: str) -> None:
    """
    Call the handler with the event as it was published.

    :raises KeyError: if the event or its handler no longer exists
    """
    event_type = _events[event_name]
    _handlers[event_type][handler_name](event_type(**payload))
