from uuid import UUID

from core.exceptions import DomainError


class ReturnRefused(DomainError):
    """The units cannot come back so; `line_id` says which, if it is about one line."""

    def __init__(self, message: str, line_id: UUID | None = None) -> None:
        super().__init__(message)
        self.line_id = line_id


class NotThisStep(DomainError):
    """The return is not where this step begins: somebody else was faster, perhaps."""


class MessageMissing(DomainError):
    """A refusal needs a reason."""


class ExchangeNotPossible(DomainError):
    """The other variant is not there, or the order cannot take it."""
