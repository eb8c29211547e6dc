"""Fragments of pages that are costly to compute, such as facet counts, cached by tag."""

import pickle
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Generic, TypeVar

from django.conf import settings
from django.utils.translation import get_language

from core.caching.code_version import code_version
from core.caching.page import add_tags, collect_tags
from core.database.replica import from_primary
from pagecache.entry import Entry
from pagecache.store import store

Value = TypeVar("Value")
# As long as a page, for changes that no tag reports.
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Fragment(Generic[Value]):
    """A computed value, its tags, and when it expires at the latest."""

    value: Value
    tags: Collection[str]
    until: datetime | None

    @property
    def fresh_until(self) -> float:
        """In seconds since 1970, if it is computed now."""
        soon = time.time() + SECONDS
        return min(soon, self.until.timestamp()) if self.until else soon


def cached_fragment(key: object, tags: Collection[str], compute: Callable[[], Value]) -> Value:
    """
    The value of `compute` in the current language, from the cache while none of its tags is
    invalidated: these, and those that `compute` adds (core.caching.page.tag). The page gets the
    same tags.

    `key` consists of plain values: numbers, texts, UUIDs, in lists, tuples and dicts.
    """
    if settings.DEBUG or not SECONDS:
        return compute()
    name = _name(key)
    entry = store.read(name)
    if entry and entry.fresh_until > time.time():
        known: Fragment[Value] = pickle.loads(entry.body)  # noqa: S301  # nosec B301 - our own Redis
        add_tags(known.tags, known.until)
        return known.value
    # Without the lease the value is computed too, but not cached: its page may still be cached.
    lease = store.acquire_lease(name)
    with from_primary(), collect_tags() as found:
        add_tags(tags, None)
        fragment = Fragment(compute(), found.tags, found.until)
    if lease and lease.is_held:
        cached = Entry(fragment.fresh_until, [], "", pickle.dumps(fragment))
        store.save(name, cached, lease, fragment.tags)
    return fragment.value


def _name(key: object) -> str:
    digest = blake2b(repr((code_version(), key, get_language())).encode(), digest_size=16)
    return f"fragment:{digest.hexdigest()}"
