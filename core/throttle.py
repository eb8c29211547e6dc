"""So many times in so long, counted in Redis."""

from typing import cast

from redis import RedisError

from core.redis import client


def is_over(name: str, *, most: int) -> bool:
    """Whether `allows` has counted that often already. Without Redis nothing was counted."""
    try:
        return int(cast("str | None", client().get(f"throttle:{name}")) or 0) >= most
    except RedisError:
        return False


def allows(name: str, *, most: int, seconds: int) -> bool:
    """Count this time; say whether it is one of the first. Without Redis everything may pass."""
    try:
        with client().pipeline() as pipe:
            pipe.incr(f"throttle:{name}")
            pipe.expire(f"throttle:{name}", seconds, nx=True)
            times, _ = pipe.execute()
    except RedisError:
        return True
    return bool(times <= most)
