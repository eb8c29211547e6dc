"""Taking a place in a queue, and coming to the front of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Collection, CollectionType
from core.ids import uuid7
from waitingroom import queue_script
from waitingroom.exceptions import MustQueue, RoomClosed
from waitingroom.models import RoomState
from waitingroom.selectors import Room, queue_before
from waitingroom.tickets import Ticket

OFTEN, SELDOM = 3, 15  # seconds until the page asks again


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A visitor's place: `before` people are ahead; or admitted, with `seconds` to buy."""

    ticket: Ticket
    is_let_in: bool
    seconds: int = 0
    before: int = 0
    waiting: int = 0
    wait_seconds: int = 0

    @property
    def ask_again(self) -> int:
        """Seconds until the page asks again: seldom at the far end, often near the front."""
        return min(max(self.wait_seconds // 10, OFTEN), SELDOM)


def check_turn(
    drops: Iterable[Collection], passes: Mapping[UUID, str], cart_id: UUID, now: datetime
) -> None:
    """
    Let this cart have what is sold in these running drops, if it is its visitor's turn.

    A pass serves one cart: the visitor's, and after `follow` the account's, not those of friends.

    :raises MustQueue: if a queue comes first; it names the drop
    :raises ServiceUnavailable: if Redis is away
    """
    wanted = [drop for drop in drops if drop.type == CollectionType.DROP]
    keys = [passes[drop.pk] for drop in wanted if drop.pk in passes]
    if any(queue_script.may_use(key, cart_id) for key in keys):
        return
    if queue := queue_before(wanted, now):
        raise MustQueue(_("Many want this at once: please take a place in the queue."), queue)


def move_passes(passes: Mapping[UUID, str], old_cart_id: UUID, new_cart_id: UUID) -> None:
    """
    Let a visitor's passes serve the account's cart, into which signing in has put the visitor's.

    :raises ServiceUnavailable: if Redis is away
    """
    for key in passes.values():
        queue_script.move_pass(key, old_cart_id, new_cart_id)


def wait(room: Room, ticket: Ticket | None) -> Turn:
    """
    Take a place in the queue, or say that one still waits; lets in whose turn it is.

    The ticket keeps the place through reloads, restarts and a loss of Redis's memory. A
    shopper who was let in and has let the time to buy pass comes last.

    :raises RoomClosed: if staff have closed the queue
    :raises ServiceUnavailable: if Redis is away; the ticket stays good
    """
    if room.state == RoomState.CLOSED:
        raise RoomClosed(_("This queue is closed: nobody is let in any more."))
    now = timezone.now()
    key, arrived = (ticket.key, ticket.arrived) if ticket else (uuid7().hex, 0)
    position = queue_script.step(
        room.id,
        key,
        arrived,
        rate=room.per_minute / 60,
        is_open=room.lets_in(now),
        leave=room.pass_minutes * 60,
    )
    ticket = Ticket(room.id, key, position.arrived)
    if position.is_let_in:
        return Turn(ticket=ticket, is_let_in=True, seconds=position.seconds)
    return Turn(
        ticket=ticket,
        is_let_in=False,
        before=position.before,
        waiting=position.waiting,
        wait_seconds=room.wait_seconds(position.before, now),
    )
