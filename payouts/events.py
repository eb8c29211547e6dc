from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class StatementApproved(Event):
    """A statement is final: its seller may see it."""

    statement_id: str


@dataclass(frozen=True, kw_only=True)
class StatementPaid(Event):
    """The money of a statement has been sent."""

    statement_id: str
