"""The kept pages in Redis: each with the parts it shows, so that a change finds its pages."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from redis import Redis, RedisError
from redis.commands.core import Script

from core.caching.values import LAG
from core.connections.circuit_breaker import Circuit
from core.database.replica import NOWHERE
from core.redis import ThreadReader, connect, is_cluster
from pagecache.entry import Entry

# The number changes with what an entry looks like. In braces, for a cluster: all lies on one node.
_PREFIX = "{pages:1}:"
# A page nobody asks for is thrown away after so many seconds.
_KEPT = 600
# Anyone who makes a page for all has so many seconds before somebody else tries.
_TURN = 5
_PAUSE = 2.0
_TIMEOUTS = {"socket_connect_timeout": 0.25, "socket_timeout": 0.5}

# A change that came while the page was made has left its time: the page is kept, but is stale.
# What is begun within the lag ends with it, so that no piece of it reaches a page begun later.
# KEYS: the page, its turn, where changes and pages are noted by part. ARGV: the page, its seconds
# in Redis, when it was begun, when it stops being fresh, the lag, the parts.
_KEEP = """
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
# KEYS: where changes and pages are noted by part, and how far a replica must have come. ARGV: how
# many seconds changes are remembered, the position of these in the database's log, the parts.
_FORGET = """
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

# The clock of the node that the pages lie on: those of a cluster may differ.
_TAKE_TURN = """
local won = redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1])
local now = redis.call('TIME')
return {won and 1 or 0, now[1], now[2]}
"""


@dataclass(frozen=True)
class Turn:
    """Whether this caller makes the page for all, and since when by the clock of Redis."""

    is_ours: bool
    begun_at: float


class PageStore:
    """
    The kept pages. While Redis is away or slow, there are none, and nobody waits for it.
    """

    def __init__(self) -> None:
        self._circuit = Circuit(_PAUSE)

    @cached_property
    def _redis(self) -> "Redis":
        return connect(settings.REDIS_URL, **_TIMEOUTS)

    @cached_property
    def _reader(self) -> "ThreadReader | Redis":
        url = settings.REDIS_URL
        return self._redis if is_cluster(url) else ThreadReader(url, **_TIMEOUTS)

    @cached_property
    def _take_turn(self) -> Script:
        return self._redis.register_script(_TAKE_TURN)

    @cached_property
    def _keep(self) -> Script:
        return self._redis.register_script(_KEEP)

    @cached_property
    def _forget(self) -> Script:
        return self._redis.register_script(_FORGET)

    def read(self, page: str) -> Entry | None:
        """The page, fresh or not."""
        data = self._ask(lambda: self._reader.get(f"{_PREFIX}page:{page}"))
        return Entry.read(data) if data else None

    def was_asked(self, page: str) -> bool:
        """Whether somebody has asked for this page within the last minute; it is noted."""
        key = f"{_PREFIX}asked:{page}"
        return self._ask(lambda: self._redis.set(key, 1, nx=True, ex=60)) is None

    def take_turn(self, page: str) -> Turn | None:
        """Ask to be the one who makes the page; None while Redis is away."""

        def ask() -> Turn:
            found = self._take_turn([f"{_PREFIX}turn:{page}"], [_TURN])
            won, seconds, micros = map(int, found)
            return Turn(is_ours=bool(won), begun_at=seconds + micros / 1e6)

        turn: Turn | None = self._ask(ask)
        return turn

    def wait(self, page: str) -> Entry | None:
        """The page as somebody else makes it just now; None if he could not."""
        until = time.monotonic() + _TURN
        while time.monotonic() < until:
            time.sleep(0.05)
            if found := self.read(page):
                return found
            if not self._ask(lambda: self._redis.exists(f"{_PREFIX}turn:{page}")):
                return self.read(page)
        return None

    def keep(self, page: str, entry: Entry, turn: Turn, parts: Collection[str]) -> None:
        """Keep the page with the parts it shows, and end the turn."""
        keys = [f"{_PREFIX}page:{page}", f"{_PREFIX}turn:{page}", *_PARTS]
        facts: list[str | bytes | float] = [entry.write(), _KEPT, turn.begun_at]
        facts += [entry.fresh_until, LAG, *parts]
        self._ask(lambda: self._keep(keys, facts))

    def give_up(self, page: str, *, is_gone: bool = False) -> None:
        """End the turn without a page; one that is gone is kept no longer."""
        keys = [f"{_PREFIX}turn:{page}", *([f"{_PREFIX}page:{page}"] if is_gone else [])]
        self._ask(lambda: self._redis.delete(*keys))

    def forget(self, parts: Iterable[str], position: int = 0) -> None:
        """
        Make all pages stale that show one of these parts.

        They are made from a replica only when it has come to that position (core.database.replica).

        :raises redis.RedisError: while Redis is away
        """
        self._forget([*_PARTS, _POSITION], [_KEPT, position, *sorted(parts)])

    def position(self) -> int:
        """Up to where a replica must have come for a page that is begun now."""
        found: int | None = self._ask(lambda: int(self._redis.get(_POSITION) or 0))
        return NOWHERE if found is None else found

    def _ask(self, question: Any) -> Any:
        if not self._circuit.allows():
            return None
        try:
            answer = question()
        except RedisError:
            self._circuit.failed()
            return None
        self._circuit.worked()
        return answer


_PARTS = [f"{_PREFIX}changed:", f"{_PREFIX}shown:"]
_POSITION = f"{_PREFIX}position"
store = PageStore()
