"""So many times in so long, counted in Redis."""

from redis import RedisError

from core.redis import client


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
