"""The tags of a public page, collected while it is rendered: a change invalidates them."""

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

# Where pagecache.wsgi finds the tags in the request's environment.
ENVIRON_KEY = "vitrina.page_tags"
# Proxies may cache a page for 30 seconds, and serve it for as long again while they revalidate;
# browsers revalidate each time.
CACHE_CONTROL = "public, max-age=0, s-maxage=30, stale-while-revalidate=30"


# Each page has its tags in a header, so keys are shortened; equal ones are invalidated together.
KEY_DIGITS = 12
MAX_HEADER = 2_000


@dataclass
class PageTags:
    """The tags of what a page shows, and when it expires at the latest."""

    tags: set[str] = field(default_factory=lambda: {"all"})
    until: datetime | None = None


_current: ContextVar[PageTags | None] = ContextVar("page_tags", default=None)


def tag(kind: str, keys: Iterable[object] = ("",)) -> None:
    """The page shows these objects: a change of one of them invalidates it."""
    if current := _current.get():
        current.tags.update(tag_name(kind, key) for key in keys)


def expires_at(moment: datetime | None) -> None:
    """The page shows something that is no longer true from that moment on."""
    current = _current.get()
    if current and moment and (current.until is None or moment < current.until):
        current.until = moment


@contextmanager
def collect_tags() -> Iterator[PageTags]:
    """Collect the tags of a fragment; they are added to the page's at the end."""
    inner = PageTags()
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)
    add_tags(inner.tags, inner.until)


def add_tags(tags: Iterable[str], until: datetime | None) -> None:
    """Add the tags of a fragment to the page's."""
    if current := _current.get():
        current.tags.update(tags)
    expires_at(until)


def tag_name(kind: str, key: object = "") -> str:
    """A tag: `home`, or `product:42361549d0f6` with the random end of the key."""
    return f"{kind}:{str(key)[-KEY_DIGITS:]}" if key else kind


def _surrogate_key(tags: set[str]) -> str:
    """The tags as a header; `all` if that would be too long."""
    header = " ".join(sorted(tags))
    return header if len(header) <= MAX_HEADER else "all"


def public(view: View) -> View:
    """
    Declare that the view's pages are the same for every visitor, and collect their tags.

    They may be read from a replica.
    """
    read = may_read_replica(view)

    @wraps(view)
    def tagged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = PageTags()
        token = _current.set(shown)
        try:
            response = read(request, *args, **kwargs)
        finally:
            _current.reset(token)
        if response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = CACHE_CONTROL
            response.headers["Surrogate-Key"] = _surrogate_key(shown.tags)
            request.META[ENVIRON_KEY] = shown
        return response

    vars(tagged)["is_public"] = True
    return cast("View", tagged)
