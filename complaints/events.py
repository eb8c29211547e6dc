from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class ComplaintFiled(Event):
    """Somebody has written into the book."""

    complaint_id: str


@dataclass(frozen=True, kw_only=True)
class ComplaintAnswered(Event):
    """The shop has said what it does about it."""

    complaint_id: str
