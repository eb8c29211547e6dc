"""Cached pages in Redis, indexed by tag so that a change finds the pages to invalidate."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from redis import Redis, RedisError

from core.caching.values import LAG
from core.connections.circuit_breaker import Circuit
from core.database.replica import NOWHERE
from core.redis import ThreadReader, connect, is_cluster
from pagecache.entry import Entry

# The number is the version of the format. Braces keep all keys on one node of a cluster.
_PREFIX = "{pages:1}:"
# Seconds until an unused page expires.
_TTL = 600
# Seconds that a process may take to render a page, before another may try.
_LEASE = 5
_PAUSE = 2.0
_TIMEOUTS = {"socket_connect_timeout": 0.25, "socket_timeout": 0.5}

# A page whose tags were invalidated while it was rendered is saved as stale. A page begun within
# the lag after a change expires at the end of the lag, because caches in processes may be older.
# KEYS: the page, its lease, the prefixes of changes and pages by tag. ARGV: the page, its TTL in
# seconds, when rendering began, when it stops being fresh, the lag, the tags.
_SAVE = """
local now = redis.call('TIME')
local fresh = tonumber(ARGV[4])
for i = 6, #ARGV do
    local changed = tonumber(redis.call('GET', KEYS[3] .. ARGV[i]) or '0')
    if changed >= tonumber(ARGV[3]) then
        fresh = 0
    elseif changed > 0 and changed + tonumber(ARGV[5]) >= tonumber(ARGV[3]) then
        fresh = math.min(fresh, changed + tonumber(ARGV[5]))
    end
    redis.call('ZREMRANGEBYSCORE', KEYS[4] .. ARGV[i], '-inf', now[1])
    redis.call('ZADD', KEYS[4] .. ARGV[i], now[1] + ARGV[2], KEYS[1])
    redis.call('EXPIRE', KEYS[4] .. ARGV[i], tonumber(ARGV[2]) * 2)
end
redis.call('SET', KEYS[1], struct.pack('>d', fresh) .. string.sub(ARGV[1], 9), 'EX', ARGV[2])
redis.call('DEL', KEYS[2])
return 1
"""
# KEYS: the prefixes of changes and pages by tag, and the position that a replica must have
# replayed. ARGV: the TTL of changes in seconds, their position in the write-ahead log, the tags.
_INVALIDATE = """
local now = redis.call('TIME')
local moment = now[1] .. '.' .. string.format('%06d', now[2])
for i = 3, #ARGV do
    redis.call('SET', KEYS[1] .. ARGV[i], moment, 'EX', ARGV[1])
    for _, page in ipairs(redis.call('ZRANGE', KEYS[2] .. ARGV[i], 0, -1)) do
        if redis.call('EXISTS', page) == 1 then
            redis.call('SETRANGE', page, 0, string.rep('\\0', 8))
        end
    end
    redis.call('DEL', KEYS[2] .. ARGV[i])
end
if tonumber(ARGV[2]) > tonumber(redis.call('GET', KEYS[3]) or '0') then
    redis.call('SET', KEYS[3], ARGV[2], 'EX', ARGV[1])
end
return 1
"""

# By the clock of the node that has the pages: clocks of a cluster may differ.
_ACQUIRE_LEASE = """
local won = redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1])
local now = redis.call('TIME')
return {won and 1 or 0, now[1], now[2]}
"""


@dataclass(frozen=True)
class Lease:
    """The right to render a page for everybody: whether this caller has it, and since when."""

    is_held: bool
    begun_at: float


class PageStore:
    """Cached pages. While Redis is unavailable or slow there are none, without waiting."""

    def __init__(self) -> None:
        self._circuit = Circuit(_PAUSE)

    @cached_property
    def _redis(self) -> "Redis":
        return connect(settings.REDIS_URL, **_TIMEOUTS)

    @cached_property
    def _reader(self) -> "ThreadReader | Redis":
        url = settings.REDIS_URL
        return self._redis if is_cluster(url) else ThreadReader(url, **_TIMEOUTS)

    def read(self, page: str) -> Entry | None:
        """The page, fresh or not."""
        data = self._call(lambda: self._reader.get(f"{_PREFIX}page:{page}"))
        return Entry.read(data) if data else None

    def was_requested(self, page: str) -> bool:
        """Record a request for this page; returns whether there was one within the last minute."""
        key = f"{_PREFIX}asked:{page}"
        return self._call(lambda: self._redis.set(key, 1, nx=True, ex=60)) is None

    def acquire_lease(self, page: str) -> Lease | None:
        """Try to become the one who renders the page; None while Redis is unavailable."""

        def acquire() -> Lease:
            script = self._redis.register_script(_ACQUIRE_LEASE)
            found = script([f"{_PREFIX}lease:{page}"], [_LEASE])
            won, seconds, micros = map(int, found)
            return Lease(is_held=bool(won), begun_at=seconds + micros / 1e6)

        lease: Lease | None = self._call(acquire)
        return lease

    def wait(self, page: str) -> Entry | None:
        """Wait for the page that another process renders; None if it failed."""
        until = time.monotonic() + _LEASE
        while time.monotonic() < until:
            time.sleep(0.05)
            if found := self.read(page):
                return found
            if not self._call(lambda: self._redis.exists(f"{_PREFIX}lease:{page}")):
                return self.read(page)
        return None

    def save(self, page: str, entry: Entry, lease: Lease, tags: Collection[str]) -> None:
        """Cache the page under its tags, and release the lease."""
        keys = [f"{_PREFIX}page:{page}", f"{_PREFIX}lease:{page}", *_BY_TAG]
        facts: list[str | bytes | float] = [entry.write(), _TTL, lease.begun_at]
        facts += [entry.fresh_until, LAG, *tags]
        self._call(lambda: self._redis.register_script(_SAVE)(keys, facts))

    def release(self, page: str, *, is_gone: bool = False) -> None:
        """Release the lease without a page; delete the cached page if it is gone."""
        keys = [f"{_PREFIX}lease:{page}", *([f"{_PREFIX}page:{page}"] if is_gone else [])]
        self._call(lambda: self._redis.delete(*keys))

    def invalidate(self, tags: Iterable[str], position: int = 0) -> None:
        """
        Make all pages with one of these tags stale.

        A replica renders them only once it has replayed that position (core.database.replica).

        :raises redis.RedisError: while Redis is unavailable
        """
        script = self._redis.register_script(_INVALIDATE)
        script([*_BY_TAG, _POSITION], [_TTL, position, *sorted(tags)])

    def position(self) -> int:
        """The position that a replica must have replayed to render a page now."""
        found: int | None = self._call(lambda: int(self._redis.get(_POSITION) or 0))
        return NOWHERE if found is None else found

    def _call(self, command: Any) -> Any:
        if not self._circuit.allows():
            return None
        try:
            answer = command()
        except RedisError:
            self._circuit.failed()
            return None
        self._circuit.worked()
        return answer


_BY_TAG = [f"{_PREFIX}changed:", f"{_PREFIX}shown:"]
_POSITION = f"{_PREFIX}position"
store = PageStore()
