from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class SubmissionDue(Event):
    """A document is to go to the invoicing provider, if the shop has one."""

    document_id: str
