"""Taking a place in a queue, and coming to the front of it."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from waitingroom import line
from waitingroom.exceptions import RoomClosed
from waitingroom.models import RoomState
from waitingroom.selectors import Room
from waitingroom.tickets import Ticket


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Where a visitor stands. `before` people come first; whoever is let in needs no more."""

    ticket: Ticket
    is_let_in: bool
    before: int = 0
    waiting: int = 0
    wait_seconds: int = 0

    @property
    def ask_again(self) -> int:
        """Seconds until the page asks again: seldom at the far end, often near the front."""
        return min(max(self.wait_seconds // 10, 3), 15)


def wait(room: Room, ticket: Ticket | None) -> Turn:
    """
    Take a place in the queue, or say that one still waits; lets in whose turn it is.

    The ticket keeps the place through reloads, restarts and a loss of Redis's memory.

    :raises RoomClosed: if staff have closed the queue
    :raises ServiceUnavailable: if Redis is away; the ticket stays good
    """
    if room.state == RoomState.CLOSED:
        raise RoomClosed(_("This queue is closed: nobody is let in any more."))
    now = timezone.now()
    ticket = ticket or Ticket.new(room.id, line.clock())
    position = line.step(
        room.id,
        ticket.key,
        ticket.arrived,
        rate=room.per_minute / 60,
        is_open=room.lets_in(now),
        leave=room.pass_minutes * 60,
    )
    if position.is_let_in:
        return Turn(ticket=ticket, is_let_in=True)
    return Turn(
        ticket=ticket,
        is_let_in=False,
        before=position.before,
        waiting=position.waiting,
        wait_seconds=room.wait_seconds(position.before, now),
    )
