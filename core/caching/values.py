"""What pages keep in the shared cache: for some seconds, or until staff change what is in it."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from core.caching.code_version import code_version
from core.caching.page import expires_at
from core.database.replica import from_primary
from core.ids import uuid7

Made = TypeVar("Made")
EDITION = "kept:edition"
# Processes remember settings and the catalogue for a second: what is made so soon after a change
# may still show what was before (core.caching.live_settings, core.caching.ttl).
LAG = 1.5


class _Kept(NamedTuple):
    """What was made, under which edition, until when; and whether it may be of before a change."""

    edition: str
    until: float
    is_hasty: bool
    made: Any


# What this process has taken from the cache, so that it need not be read there for each page.
near: dict[str, _Kept] = {}


# The edition as this request has found it: a page asks for it once.
_asked: ContextVar[list[str] | None] = ContextVar("kept_asked", default=None)


class AskOnceMiddleware:
    """Within a request, what pages keep is of one edition, unless the request changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _asked.set([])
        try:
            return self.get_response(request)
        finally:
            _asked.reset(before)


def cached(name: str, make: Callable[[], Made], seconds: int) -> Made:
    """
    What `make` gives in the language of the moment, made again after so many seconds at most.

    Threads share it: nobody changes it.
    """
    key = f"made:{code_version()}:{name}:{get_language()}"
    edition = _edition()
    found = near.get(key)
    if found is None or not _is_good(found, edition):
        found = cache.get(key)
    if found is None or not _is_good(found, edition):
        # Whatever is read before a change is committed is kept under the edition before it.
        with from_primary():
            found = _made(edition, make, seconds)
        cache.set(key, found, seconds)
    near[key] = found
    if found.is_hasty:
        expires_at(datetime.fromtimestamp(found.until, UTC))
    made: Made = found.made
    return made


def _made(edition: str, make: Callable[[], Made], seconds: int) -> _Kept:
    now = time.time()
    # An edition's name begins with the milliseconds of its birth.
    settled_at = int(edition[:12] or "0", 16) / 1000 + LAG
    is_hasty = now < settled_at
    until = now + seconds
    return _Kept(edition, min(until, settled_at) if is_hasty else until, is_hasty, make())


def _edition() -> str:
    asked = _asked.get()
    if asked:
        return asked[0]
    edition: str = cache.get(EDITION) or ""
    if asked is not None:
        asked.append(edition)
    return edition


def _is_good(found: _Kept, edition: str) -> bool:
    return found.edition == edition and found.until > time.time()


def invalidate_cached() -> None:
    """Make everything again once what has been changed is committed."""
    transaction.on_commit(_begin_again)


def _begin_again() -> None:
    cache.set(EDITION, uuid7().hex, None)
    if asked := _asked.get():
        asked.clear()
