"""So many times in so long, counted in Redis."""

from typing import cast

from redis import RedisError

from core.redis import client

# In a script: a cluster would answer a pipeline's commands one by one.
_COUNT = """
local times = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1], 'NX')
return times
"""


def is_over(name: str, *, most: int) -> bool:
    """Whether `allows` has counted that often already. Without Redis nothing was counted."""
    try:
        return int(cast("str | None", client().get(f"throttle:{name}")) or 0) >= most
    except RedisError:
        return False


def allows(name: str, *, most: int, seconds: int) -> bool:
    """Count this time; say whether it is one of the first. Without Redis everything may pass."""
    try:
        times = client().register_script(_COUNT)(keys=[f"throttle:{name}"], args=[seconds])
    except RedisError:
        return True
    return bool(times <= most)
