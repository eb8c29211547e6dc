"""Values cached for some seconds, or until staff change something: one generation for all."""

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

Value = TypeVar("Value")
GENERATION = "cached:generation"
# Processes cache settings and the catalogue for a second: a value computed this soon after a change
# may still be the old one (core.caching.live_settings, core.caching.ttl).
LAG = 1.5


class _Cached(NamedTuple):
    """A value with its generation and expiry; `is_early` if it may be from before a change."""

    generation: str
    until: float
    is_early: bool
    value: Any


# This process's copy of the shared cache.
local: dict[str, _Cached] = {}
# The generation in this request: read once.
_current: ContextVar[list[str] | None] = ContextVar("cache_generation", default=None)


class OneGenerationMiddleware:
    """A request reads cached values of one generation, unless it invalidates them itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _current.set([])
        try:
            return self.get_response(request)
        finally:
            _current.reset(token)


def cached(name: str, compute: Callable[[], Value], seconds: int) -> Value:
    """
    The value of `compute` in the current language, computed again after `seconds` at most.

    Threads share the value: do not change it.
    """
    key = f"cached:{code_version()}:{name}:{get_language()}"
    generation = _generation()
    found = local.get(key)
    if found is None or not _is_valid(found, generation):
        found = cache.get(key)
    if found is None or not _is_valid(found, generation):
        # Values read before a change is committed belong to the generation before it.
        with from_primary():
            found = _compute(generation, compute, seconds)
        cache.set(key, found, seconds)
    local[key] = found
    if found.is_early:
        expires_at(datetime.fromtimestamp(found.until, UTC))
    value: Value = found.value
    return value


def _compute(generation: str, compute: Callable[[], Value], seconds: int) -> _Cached:
    now = time.time()
    # A generation is a UUIDv7, which begins with its time in milliseconds.
    settled_at = int(generation[:12] or "0", 16) / 1000 + LAG
    is_early = now < settled_at
    until = now + seconds
    return _Cached(generation, min(until, settled_at) if is_early else until, is_early, compute())


def _generation() -> str:
    current = _current.get()
    if current:
        return current[0]
    generation: str = cache.get(GENERATION) or ""
    if current is not None:
        current.append(generation)
    return generation


def _is_valid(found: _Cached, generation: str) -> bool:
    return found.generation == generation and found.until > time.time()


def invalidate_cached() -> None:
    """Invalidate all cached values when the transaction is committed."""
    transaction.on_commit(_begin_generation)


def _begin_generation() -> None:
    cache.set(GENERATION, uuid7().hex, None)
    if current := _current.get():
        current.clear()
