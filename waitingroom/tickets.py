"""
What a visitor carries: a ticket with the moment of arrival, later a pass for some minutes.

Both are signed and say everything themselves, so that a queue lost with its Redis comes back in
its old order as the visitors ask again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timezone import localtime

from core.web.cookies import host_only

SALT = "waitingroom"
MAX = timedelta(hours=12)
PREFIX = "queue-"


@dataclass(frozen=True)
class Ticket:
    """A place in one room's queue: `arrived` is in microseconds of Redis's clock."""

    room_id: UUID
    key: str
    arrived: int


@dataclass(frozen=True)
class Pass:
    """A signed pass to buy from one drop until then, for the holder of this ticket."""

    collection_id: UUID
    key: str
    until: int  # seconds since 1970

    @property
    def ends_at(self) -> datetime:
        return datetime.fromtimestamp(self.until, UTC)

    @property
    def is_valid(self) -> bool:
        return self.ends_at > timezone.now()


def ticket_of(request: HttpRequest, room_id: UUID) -> Ticket | None:
    """The visitor's ticket for this room; None if there is none, or it is not ours."""
    values = _read(request.COOKIES.get(_name("t", room_id), ""))
    try:
        ticket = Ticket(UUID(values["room"]), str(values["key"]), int(values["at"]))
    except (KeyError, TypeError, ValueError):
        return None
    return ticket if ticket.room_id == room_id else None


def shows_ticket(request: HttpRequest, room_id: UUID) -> bool:
    """Whether there is something in the ticket's place, ours or not."""
    return _name("t", room_id) in request.COOKIES


def give_ticket(response: HttpResponse, ticket: Ticket) -> None:
    """Let the visitor carry it for the hours that a queue may last."""
    values = {"room": ticket.room_id.hex, "key": ticket.key, "at": ticket.arrived}
    _give(response, _name("t", ticket.room_id), values, MAX)


def exchange(response: HttpResponse, ticket: Ticket, collection_id: UUID, seconds: int) -> None:
    """Redeem the ticket: the visitor may buy from this drop for the room's time."""
    lifetime = timedelta(seconds=seconds)
    until = int((timezone.now() + lifetime).timestamp())
    values = {"collection": collection_id.hex, "key": ticket.key, "until": until}
    _give(response, _name("p", collection_id), values, lifetime)
    response.delete_cookie(_name("t", ticket.room_id), samesite="Lax")


def let_in_until(request: HttpRequest, collection_id: UUID) -> datetime | None:
    """Until when this visitor may buy from that drop; None if it is not their turn."""
    mine = (found for found in _passes(request) if found.collection_id == collection_id)
    found = next(mine, None)
    return localtime(found.ends_at) if found and found.is_valid else None


def passes_of(request: HttpRequest) -> dict[UUID, str]:
    """The drops that this visitor may buy from, with the keys of their tickets."""
    return {found.collection_id: found.key for found in _passes(request) if found.is_valid}


def _passes(request: HttpRequest) -> Iterable[Pass]:
    for name, text in request.COOKIES.items():
        if name.startswith(host_only(f"{PREFIX}p-")):
            values = _read(text)
            try:
                yield Pass(UUID(values["collection"]), str(values["key"]), int(values["until"]))
            except (KeyError, TypeError, ValueError):
                continue


def _name(kind: str, key: UUID) -> str:
    return host_only(f"{PREFIX}{kind}-{key.hex[-12:]}")


def _read(text: str) -> dict[str, Any]:
    try:
        values = signing.loads(text, salt=SALT, max_age=MAX)
    except signing.BadSignature:
        return {}
    return values if isinstance(values, dict) else {}


def _give(response: HttpResponse, name: str, values: dict[str, Any], lifetime: timedelta) -> None:
    response.set_cookie(
        name,
        signing.dumps(values, salt=SALT),
        max_age=lifetime,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
