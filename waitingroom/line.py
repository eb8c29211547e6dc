"""
The queue itself, in Redis: who waits, since when, who was seen last, who has been let in.

One script does each step, so that no two web processes let in more than the rate allows. The
clock is Redis's own. Nothing here has to survive: each visitor's signed ticket holds the place.
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.redis import client, said_plainly

AWAY = _("The queue does not answer for a moment. Your place is kept: this page asks again.")
PATIENCE = 45  # seconds without a sign after which a place is passed over
KEEP = 86_400  # seconds

# A turn that comes to somebody who has left is not lost: the next one gets it. Whoever comes
# back later takes the old place again, because the ticket says when it was taken.
STEP = """
local line, seen, let_in, purse = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ticket, arrived, keep = ARGV[1], ARGV[2], tonumber(ARGV[7])
local rate, is_open = tonumber(ARGV[3]), ARGV[4] == '1'
local patience, leave = tonumber(ARGV[5]), tonumber(ARGV[6])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000

local until_ = redis.call('ZSCORE', let_in, ticket)
if until_ and tonumber(until_) > now then return {-1, 0} end

redis.call('ZADD', line, 'NX', arrived, ticket)
redis.call('ZADD', seen, now, ticket)
if is_open then
    local most = math.max(rate * 2, 1)
    local turns = tonumber(redis.call('HGET', purse, 'turns') or most)
    local at = tonumber(redis.call('HGET', purse, 'at') or now)
    turns = math.min(turns + (now - at) * rate, most)
    local looked_at = 0
    while turns >= 1 and looked_at < 200 do
        local first = redis.call('ZRANGE', line, 0, 0)[1]
        if not first then break end
        looked_at = looked_at + 1
        redis.call('ZREM', line, first)
        local sign = redis.call('ZSCORE', seen, first)
        redis.call('ZREM', seen, first)
        if sign and now - tonumber(sign) <= patience then
            redis.call('ZADD', let_in, now + leave, first)
            turns = turns - 1
        end
    end
    redis.call('HSET', purse, 'turns', turns, 'at', now)
else
    redis.call('HSET', purse, 'turns', 0, 'at', now)
end
redis.call('ZREMRANGEBYSCORE', let_in, '-inf', now - 60)
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, keep) end
local rank = redis.call('ZRANK', line, ticket)
if rank then return {rank, redis.call('ZCARD', line)} end
return {-1, 0}
"""


@dataclass(frozen=True)
class Position:
    """How many are before a visitor, and how many wait in all. Nobody before: -1 is let in."""

    before: int
    waiting: int

    @property
    def is_let_in(self) -> bool:
        return self.before < 0


@dataclass(frozen=True)
class Crowd:
    """What staff see of a queue."""

    waiting: int
    let_in: int


def clock() -> int:
    """
    Microseconds since 1970 by Redis's clock: the order of arrival, whichever process is asked.

    :raises ServiceUnavailable: if Redis is away
    """
    with said_plainly(AWAY):
        seconds, microseconds = client().time()
    return seconds * 1_000_000 + microseconds


def step(
    room_id: UUID, ticket: str, arrived: int, *, rate: float, is_open: bool, leave: int
) -> Position:
    """
    Say that this visitor still waits, let in whose turn it is, and give the place.

    `rate` is visitors a second, `leave` the seconds for which somebody who is let in stays so.

    :raises ServiceUnavailable: if Redis is away
    """
    values: list[str | int | float] = [
        *(ticket, arrived, rate, int(is_open)),
        *(PATIENCE, leave, KEEP),
    ]
    with said_plainly(AWAY):
        before, waiting = client().register_script(STEP)(keys=_keys(room_id), args=values)
    return Position(int(before), int(waiting))


def crowd(room_id: UUID) -> Crowd:
    """:raises ServiceUnavailable: if Redis is away"""
    line, _seen, let_in, _purse = _keys(room_id)
    with said_plainly(AWAY), client().pipeline() as pipe:
        pipe.zcard(line)
        pipe.zcard(let_in)
        waiting, inside = pipe.execute()
    return Crowd(waiting, inside)


def _keys(room_id: UUID) -> list[str]:
    """Braces keep the keys of a room on one node of a cluster."""
    return [f"room:{{{room_id.hex}}}:{name}" for name in ("line", "seen", "in", "purse")]
