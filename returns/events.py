from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class ReturnNews(Event):
    """What the news of a return have in common."""

    return_id: str


@dataclass(frozen=True, kw_only=True)
class ReturnAsked(ReturnNews):
    """Somebody wants to send something back."""


@dataclass(frozen=True, kw_only=True)
class ReturnApproved(ReturnNews):
    """The customer may send it."""


@dataclass(frozen=True, kw_only=True)
class ReturnRejected(ReturnNews):
    """The seller has rejected the return, before or after its goods arrived."""


@dataclass(frozen=True, kw_only=True)
class ReturnReceived(ReturnNews):
    """The goods are here; what they were worth is still to be settled."""


@dataclass(frozen=True, kw_only=True)
class ReturnSettled(ReturnNews):
    """The customer has what the goods were worth."""
