"""What a public page shows, noted while it is made: so a cache knows when the page is over."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse

from core.database.replica import may_read_replica

View = TypeVar("View", bound=Callable[..., HttpResponse])

# Where the notes lie in the request's environment, for anyone who keeps pages (pagecache.wsgi).
NOTES = "vitrina.page_notes"
# Caches between us and the shopper may keep a page so many seconds, and as long again while they
# ask for a new one; browsers ask each time, and are mostly told that nothing has changed.
CACHE_CONTROL = "public, max-age=0, s-maxage=30, stale-while-revalidate=30"


# Names of parts travel in a header of each page. Two of the same name would be made again together.
KEY_DIGITS = 12
MAX_HEADER = 2_000


@dataclass
class Notes:
    """The parts of the shop that a page shows, and when it would be another one anyway."""

    parts: set[str] = field(default_factory=lambda: {"all"})
    until: datetime | None = None


_notes: ContextVar[Notes | None] = ContextVar("page_notes", default=None)


def tag(kind: str, keys: Iterable[object] = ("",)) -> None:
    """The page that is being made shows these: it has to be made again when one of them changes."""
    if notes := _notes.get():
        notes.parts.update(part(kind, key) for key in keys)


def expires_at(moment: datetime | None) -> None:
    """The page that is being made says something that is no longer true from that moment on."""
    notes = _notes.get()
    if notes and moment and (notes.until is None or moment < notes.until):
        notes.until = moment


@contextmanager
def collect() -> Iterator[Notes]:
    """Inside, what is shown is noted apart as well: for a piece that many pages have."""
    notes = Notes()
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)
    note(notes.parts, notes.until)


def note(parts: Iterable[str], until: datetime | None) -> None:
    """The page that is being made has a piece that shows these parts."""
    if notes := _notes.get():
        notes.parts.update(parts)
    expires_at(until)


def part(kind: str, key: object = "") -> str:
    """How a part is called: `home`, `product:42361549d0f6`, by the random end of its key."""
    return f"{kind}:{str(key)[-KEY_DIGITS:]}" if key else kind


def _for_networks(parts: set[str]) -> str:
    """The parts as a header; where that would be too long, the page goes by time and by `all`."""
    named = " ".join(sorted(parts))
    return named if len(named) <= MAX_HEADER else "all"


def public(view: View) -> View:
    """
    Declare that the view's pages are the same for every visitor, and note what they show.

    They may be read from a replica.
    """
    read = may_read_replica(view)

    @wraps(view)
    def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        notes = Notes()
        before = _notes.set(notes)
        try:
            response = read(request, *args, **kwargs)
        finally:
            _notes.reset(before)
        if response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = CACHE_CONTROL
            response.headers["Surrogate-Key"] = _for_networks(notes.parts)
            request.META[NOTES] = notes
        return response

    noted.is_public = True  # type: ignore[attr-defined]
    return cast("View", noted)
