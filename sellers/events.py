from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class SellerApplied(Event):
    """Somebody wants to sell in the shop."""

    application_id: str


@dataclass(frozen=True, kw_only=True)
class ApplicationAnswered(Event):
    """The shop has said yes or no."""

    application_id: str


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """Somebody works for a seller from now on, and is to set a password."""

    member_id: str
