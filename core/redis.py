"""The one connection pool to Redis for what is not mere cache: carts, queues."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django_stubs_ext import StrOrPromise
from redis import Redis, RedisError, WatchError

from core.exceptions import ServiceUnavailable


@cache
def client() -> "Redis":
    """A client that gives text and gives up soon, but not in the moment of a rush."""
    return Redis.from_url(
        settings.REDIS_URL, decode_responses=True, socket_connect_timeout=1, socket_timeout=2
    )


@contextmanager
def said_plainly(text: StrOrPromise) -> Iterator[None]:
    """
    Turn what Redis complains of into a sentence for the shopper.

    :raises ServiceUnavailable: with that text, if Redis is away
    """
    try:
        yield
    except WatchError:
        raise
    except RedisError as error:
        raise ServiceUnavailable(text) from error
