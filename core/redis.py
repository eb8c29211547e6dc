"""The connections to Redis, which may be one server or a cluster: for carts, queues, kept pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django_stubs_ext import StrOrPromise
from redis import Redis, RedisCluster, RedisError, WatchError
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisClusterException
from redis.retry import Retry

from core import redis_urls
from core.connections.clients import Shared
from core.exceptions import ServiceUnavailable
from core.redis_pool import SteadyPool

log = structlog.get_logger(__name__)
Given = ParamSpec("Given")
Answer = TypeVar("Answer")
_SENDING = ("watch", "execute_command", "execute")


def _as_redis_error(method: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """What only clusters raise is no RedisError, and would pass everybody who expects one."""

    @wraps(method)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return method(*args, **kwargs)
        except RedisClusterException as error:
            raise Disconnected(str(error)) from error

    return call


class Cluster(RedisCluster):
    """
    A cluster that fails as one server does.

    All keys of a command, a script or a transaction lie on one node: those that belong together
    have the same text in braces. Several commands in one trip are a script, not a pipeline.
    """

    __init__ = _as_redis_error(RedisCluster.__init__)
    execute_command = _as_redis_error(RedisCluster.execute_command)

    def pipeline(self, transaction: bool | None = None, shard_hint: Any = None) -> Any:
        pipe: Any = super().pipeline(transaction, shard_hint)  # type: ignore[no-untyped-call]
        for name in _SENDING:
            setattr(pipe, name, _as_redis_error(getattr(pipe, name)))
        return pipe


def connect(url: str, **options: Any) -> "Redis":
    """
    A client of that server or cluster; only a cluster is asked at once, for its nodes.

    :raises RedisError: if no node of a cluster answers
    """
    if not redis_urls.is_cluster(url):
        return Redis.from_url(url, **options)
    first, *others = redis_urls.nodes(url)
    node: Any = ClusterNode
    found: Any = Cluster(
        url=first,
        startup_nodes=[node(each.hostname, each.port) for each in map(urlsplit, others)],
        # What lies on the other nodes can still be had.
        require_full_coverage=False,
        retry=Retry(NoBackoff(), 1),
        **options,
    )
    # It has the same commands.
    return cast("Redis", found)


@Shared
def client() -> "Redis":
    """
    A client that gives text and gives up soon, but not in the moment of a rush.

    A server too slow for that is left alone for a moment (core.redis_pool).
    """
    options = {"decode_responses": True, "socket_connect_timeout": 1, "socket_timeout": 2}
    if redis_urls.is_cluster(settings.REDIS_URL):
        return connect(settings.REDIS_URL, **options)
    return Redis.from_pool(SteadyPool.from_url(settings.REDIS_URL, **options))


def answers(*, seconds: float) -> bool:
    """Whether the server answers so soon, or one of the cluster's nodes says that all is well."""
    url = settings.REDIS_URL
    is_cluster = redis_urls.is_cluster(url)
    for each in redis_urls.nodes(url) if is_cluster else [url]:
        with (
            suppress(RedisError),
            Redis.from_url(each, socket_timeout=seconds, socket_connect_timeout=seconds) as node,
        ):
            if is_cluster:
                return bool(node.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
            return bool(node.ping())
    return False


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
        log.warning("redis_away", error=str(error))
        raise ServiceUnavailable(text) from error
