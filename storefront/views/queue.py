"""The waiting room before a drop: a light page that asks again by itself."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from core.exceptions import ServiceUnavailable
from core.web import throttle
from core.web.http import HtmxHttpRequest
from waitingroom import services, tickets
from waitingroom.exceptions import RoomClosed
from waitingroom.selectors import Room, room_of
from waitingroom.services import Turn

# New places, of everybody behind one address: who is refused asks again by itself.
MAX_TICKETS_A_MINUTE = 30
TOO_MANY = _(
    "Very many people are coming from your connection right now. Leave this page open: it will "
    "ask for a place again automatically."
)


@never_cache
@require_safe
def queue(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """Take a place, see how it moves on, and go to the drop when it is one's turn."""
    room = room_of(slug)
    if room is None or not room.takes_people(timezone.now()):
        return _to_drop(request, slug)
    if room.collection_id in tickets.passes_of(request):
        return _to_drop(request, slug)
    ticket = tickets.ticket_of(request, room.id)
    # A place in the queue stays in Redis for hours, and costs a robot nothing.
    if ticket is None and throttle.is_too_much(
        request, "queue", most=MAX_TICKETS_A_MINUTE, seconds=60
    ):
        problem = {"problem": TOO_MANY, "ask_again": services.SELDOM}
        return _show(request, room, problem, HTTPStatus.TOO_MANY_REQUESTS)
    try:
        turn = services.wait(room, ticket)
    except (RoomClosed, ServiceUnavailable) as refusal:
        return _show(request, room, {"problem": str(refusal), "ask_again": services.SELDOM})
    if turn.is_let_in:
        response = _to_drop(request, slug)
        tickets.exchange(response, turn.ticket, room.collection_id, turn.seconds)
        return response
    is_refused = ticket is None and tickets.shows_ticket(request, room.id)
    response = _show_place(request, room, turn, is_refused=is_refused)
    if ticket != turn.ticket:
        tickets.give_ticket(response, turn.ticket)
    return response


def _show_place(
    request: HtmxHttpRequest, room: Room, turn: Turn, *, is_refused: bool
) -> HttpResponse:
    """The place, or nothing for a page that shows it already. Only the wait is read out."""
    minutes = max(round(turn.wait_seconds / 60), 1)
    said = f"-{minutes}-{room.state}-{room.is_sold_out:d}"
    shown = f"{turn.before}-{turn.ask_again}{said}"
    known = request.GET.get("shown", "") if request.htmx else ""
    if known == shown:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    state = {
        "turn": turn,
        "wait": ngettext("about %(count)s minute", "about %(count)s minutes", minutes)
        % {"count": minutes},
        "ask_again": turn.ask_again,
        "shown": shown,
        "is_news": not known.endswith(said),
        "is_refused": is_refused,
    }
    return _show(request, room, state)


def _show(
    request: HtmxHttpRequest,
    room: Room,
    context: dict[str, object],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    template = "storefront/_queue.html" if request.htmx else "storefront/queue.html"
    return render(request, template, {"room": room, **context}, status=status)


def _to_drop(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    url = reverse("storefront:drop", args=[slug])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
