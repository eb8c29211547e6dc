"""
The queue itself, in Redis: who waits, since when, who was seen last, who has been let in.

One script does each step, so that no two web processes let in more than the rate allows. The
clock is Redis's own. Nothing here has to survive: each visitor's signed ticket holds the place.
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.redis import client, or_unavailable

AWAY = _("The queue does not answer for a moment. Your place is kept: this page asks again.")
PATIENCE = 75  # seconds without a sign that pass over a place: a hidden tab asks once a minute
RETURN = 20  # seconds in which all who wait have asked again, see `Turn.ask_again`
KEEP = 86_400  # seconds

# A turn that comes to somebody who has left is not lost: the next one gets it. Anyone who comes
# back later takes the old place again, because the ticket says when it was taken.
#
# After a loss of memory, a silence or a jump of the clock nobody is let in until all who wait can
# have asked again: otherwise anyone who asks first would be first. A clock that is set back gives
# nobody an earlier place, nor does it stop the queue for longer than that.
STEP = """
local line, seen, let_in, purse = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ticket, arrived = ARGV[1], tonumber(ARGV[2])
local rate, is_open, leave = tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
local patience, return_, keep = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000

local until_ = tonumber(redis.call('ZSCORE', let_in, ticket) or 0)
if until_ > now then return {-1, 0, arrived, math.ceil(until_ - now)} end

local known = redis.call('HMGET', purse, 'turns', 'at', 'asked', 'latest')
local turns, at, asked = tonumber(known[1]), tonumber(known[2]), tonumber(known[3])
local latest = tonumber(known[4] or 0)
if arrived == 0 or until_ > 0 then  -- new here, or had a turn and let it pass
    arrived = math.max(clock[1] * 1000000 + clock[2], latest + 1)
    redis.call('ZREM', let_in, ticket)
end

local somebody_waits = redis.call('ZCARD', line) > 0
if not at or (somebody_waits and math.abs(now - asked) > return_) then
    turns, at = 0, now + return_
end
at = math.min(at, now + return_)

redis.call('ZADD', line, 'NX', arrived, ticket)
redis.call('ZADD', seen, now, ticket)
if is_open then
    turns = math.min(turns + math.max(now - at, 0) * rate, math.max(rate * 2, 1))
else
    turns = 0
end
at = math.max(at, now)
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
redis.call('ZREMRANGEBYSCORE', let_in, '-inf', now - keep)
redis.call(
    'HSET', purse, 'turns', turns, 'at', at, 'asked', now, 'latest', math.max(latest, arrived)
)
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, keep) end
local rank = redis.call('ZRANK', line, ticket)
if rank then return {rank, redis.call('ZCARD', line), arrived, 0} end
return {-1, 0, arrived, leave}
"""


USE = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then return 1 end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
"""

MOVE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
end
"""

CROWD = """
local now = redis.call('TIME')[1]
return {redis.call('ZCARD', KEYS[1]), redis.call('ZCOUNT', KEYS[2], now, '+inf')}
"""


@dataclass(frozen=True, kw_only=True)
class Position:
    """
    The number of visitors ahead, and of all waiting; -1 ahead means admitted.

    `arrived` is the visitor's permanent place, `seconds` how long an admission lasts.
    """

    before: int
    waiting: int
    arrived: int
    seconds: int

    @property
    def is_let_in(self) -> bool:
        return self.before < 0


@dataclass(frozen=True)
class Crowd:
    """What staff see of a queue."""

    waiting: int
    let_in: int

    @property
    def in_all(self) -> int:
        return self.waiting + self.let_in


def step(
    room_id: UUID, ticket: str, arrived: int, *, rate: float, is_open: bool, leave: int
) -> Position:
    """
    Say that this visitor still waits, let in whose turn it is, and give the place.

    `arrived` is 0 for a new visitor, who comes after all others, whatever the clock says. `rate`
    is visitors a second, `leave` the seconds for which somebody who is let in stays so.

    :raises ServiceUnavailable: if Redis is away
    """
    values: list[str | int | float] = [
        *(ticket, arrived, rate, int(is_open), leave),
        *(PATIENCE, RETURN, KEEP),
    ]
    with or_unavailable(AWAY):
        found = client().register_script(STEP)(keys=_keys(room_id), args=values)
    before, waiting, arrived, seconds = map(int, found)
    return Position(before=before, waiting=waiting, arrived=arrived, seconds=seconds)


def may_use(key: str, cart_id: UUID) -> bool:
    """
    Whether this cart is the first that came with the pass of that ticket: one serves one cart.

    :raises ServiceUnavailable: if Redis is away
    """
    with or_unavailable(AWAY):
        place = client().register_script(USE)(keys=[_pass(key)], args=[str(cart_id), KEEP])
    return bool(place)


def move_pass(key: str, old_cart_id: UUID, new_cart_id: UUID) -> None:
    """
    Let the pass of that ticket serve another cart, if it served the old one.

    :raises ServiceUnavailable: if Redis is away
    """
    with or_unavailable(AWAY):
        client().register_script(MOVE)(keys=[_pass(key)], args=[str(old_cart_id), str(new_cart_id)])


def crowd(room_id: UUID) -> Crowd:
    """:raises ServiceUnavailable: if Redis is away"""
    line, _seen, let_in, _purse = _keys(room_id)
    with or_unavailable(AWAY):
        waiting, inside = client().register_script(CROWD)(keys=[line, let_in])
    return Crowd(waiting, inside)


def _pass(key: str) -> str:
    return f"pass-cart:{key}"


def _keys(room_id: UUID) -> list[str]:
    """Braces keep the keys of a room on one node of a cluster."""
    return [f"room:{{{room_id.hex}}}:{name}" for name in ("line", "seen", "in", "purse")]
