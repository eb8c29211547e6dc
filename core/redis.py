"""Redis for the whole shop: a single server or a cluster, with timeouts and a circuit breaker."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from threading import local
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django_redis.client import DefaultClient
from django_redis.exceptions import ConnectionInterrupted
from django_stubs_ext import StrOrPromise
from redis import Connection, ConnectionPool, Redis, RedisCluster, RedisError, WatchError
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisClusterException
from redis.exceptions import TimeoutError as TooSlow
from redis.retry import Retry

from core.connections.circuit_breaker import Circuit
from core.connections.clients import Shared
from core.exceptions import ServiceUnavailable

log = structlog.get_logger(__name__)
# redis+cluster://user:password@host:7000,host:7001
_CLUSTER_SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
PAUSE = 2.0  # seconds without requests after a timeout


def is_cluster(url: str) -> bool:
    return url.partition("://")[0] in _CLUSTER_SCHEMES


def node_urls(url: str) -> list[str]:
    """
    The URL of each node that a cluster's URL names; they know the other nodes.

    :raises ValueError: if a node has no host or port, or a database is named
    """
    parts = urlsplit(url)
    credentials, at, hosts = parts.netloc.rpartition("@")
    if parts.path not in ("", "/", "/0"):
        raise ValueError("A cluster has no databases.")
    found = []
    for host in hosts.split(","):
        node = parts._replace(
            scheme=_CLUSTER_SCHEMES[parts.scheme],
            netloc=f"{credentials}{at}{host.strip()}",
            path="",
        )
        if not node.hostname or not node.port:
            raise ValueError("A node needs a host and a port.")
        found.append(node.geturl())
    return found


class BreakerPool(ConnectionPool):
    """
    Refuses connections for some seconds after a timeout.

    A frozen server would cost each caller the whole timeout, several times per page. A stopped
    server refuses connections immediately, so only timeouts open the circuit.
    """

    def __init__(self, connection_class: type[Any] = Connection, **options: Any) -> None:
        self._circuit = Circuit(PAUSE)
        name = f"Breaker{connection_class.__name__}"
        super().__init__(
            connection_class=type(name, (_ReportsTimeouts, connection_class), {}),
            circuit=self._circuit,
            **options,
        )

    def get_connection(self, *args: Any, **options: Any) -> Any:
        """:raises redis.ConnectionError: while the circuit is open"""
        if not self._circuit.allows():
            raise Disconnected("Redis timed out a moment ago.")
        return super().get_connection(*args, **options)


class _ReportsTimeouts:
    """Mixed into a connection class: opens the pool's circuit on a timeout, closes it after."""

    def __init__(self, *, circuit: Circuit, **options: Any) -> None:
        self._circuit = circuit
        super().__init__(**options)

    def connect(self) -> None:
        parent: Any = super()
        try:
            parent.connect()
        except TooSlow:
            self._circuit.failed()
            raise

    def read_response(self, *args: Any, **options: Any) -> Any:
        parent: Any = super()
        try:
            answer = parent.read_response(*args, **options)
        except TooSlow:
            self._circuit.failed()
            raise
        self._circuit.worked()
        return answer


@contextmanager
def _as_redis_error() -> Iterator[None]:
    """RedisClusterException is no RedisError, which is what all callers handle."""
    try:
        yield
    except RedisClusterException as error:
        raise Disconnected(str(error)) from error


class Cluster(RedisCluster):
    """
    A cluster whose errors are RedisErrors.

    All keys of a command, a script or a transaction must lie on one node: keys that belong
    together have the same text in braces. Several commands in one trip are a script, not a
    pipeline.
    """

    __init__ = _as_redis_error()(RedisCluster.__init__)
    execute_command = _as_redis_error()(RedisCluster.execute_command)

    def pipeline(self, transaction: bool | None = None, shard_hint: Any = None) -> Any:
        parent: Any = super()
        pipe = parent.pipeline(transaction, shard_hint)
        for name in ("watch", "execute_command", "execute"):
            setattr(pipe, name, _as_redis_error()(getattr(pipe, name)))
        return pipe


def connect(url: str, **options: Any) -> "Redis":
    """
    A client of that server or cluster. A cluster is asked for its nodes at once.

    :raises RedisError: if no node of a cluster answers
    """
    if not is_cluster(url):
        return Redis.from_url(url, **options)
    first, *others = node_urls(url)
    node: Any = ClusterNode
    cluster: Any = Cluster(
        url=first,
        startup_nodes=[node(each.hostname, each.port) for each in map(urlsplit, others)],
        require_full_coverage=False,  # keys on the other nodes stay available
        retry=Retry(NoBackoff(), 1),
        **options,
    )
    return cast("Redis", cluster)  # it has the same commands


@Shared
def client() -> "Redis":
    """The shop's client: decodes text, with timeouts and, for a single server, a circuit."""
    options = {"decode_responses": True, "socket_connect_timeout": 1, "socket_timeout": 2}
    if is_cluster(settings.REDIS_URL):
        return connect(settings.REDIS_URL, **options)
    return Redis.from_pool(BreakerPool.from_url(settings.REDIS_URL, **options))


class ThreadReader(local):
    """
    A connection per thread to a single server, closed with its thread.

    For the read that every cached page begins with: taking a connection out of a pool and putting
    it back is a fifth of such a read. A connection that the server has closed is opened again.
    """

    def __init__(self, url: str, **options: Any) -> None:
        """Runs in each thread, on first use."""
        self._client = Redis.from_url(
            url,
            single_connection_client=True,
            retry=Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),
            **options,
        )

    def get(self, key: str) -> bytes | None:
        """:raises redis.RedisError: while the server is away or too slow"""
        return cast("bytes | None", self._client.get(key))


def is_available(*, seconds: float) -> bool:
    """Whether the server answers in time, or one of the cluster's nodes reports it healthy."""
    url = settings.REDIS_URL
    for each in node_urls(url) if is_cluster(url) else [url]:
        with (
            suppress(RedisError),
            Redis.from_url(each, socket_timeout=seconds, socket_connect_timeout=seconds) as node,
        ):
            if is_cluster(url):
                return bool(node.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
            return bool(node.ping())
    return False


@contextmanager
def or_unavailable(text: StrOrPromise) -> Iterator[None]:
    """
    Turn errors of Redis into a message for the shopper.

    :raises ServiceUnavailable: with that text, if Redis is away
    """
    try:
        yield
    except WatchError:
        raise
    except RedisError as error:
        log.warning("redis_away", error=str(error))
        raise ServiceUnavailable(text) from error


@Shared
def _cache_cluster(url: str, connect_timeout: float, timeout: float) -> "Redis":
    """One client for all threads: each would ask the cluster for its nodes."""
    return connect(url, socket_connect_timeout=connect_timeout, socket_timeout=timeout)


class ClusterCacheClient(DefaultClient):
    """Django's cache on a cluster, which django-redis does not support."""

    def connect(self, index: int = 0) -> "Redis":
        """:raises ConnectionInterrupted: if no node answers; the cache then returns defaults"""
        try:
            return _cache_cluster(
                self._server[index],
                self._options["SOCKET_CONNECT_TIMEOUT"],
                self._options["SOCKET_TIMEOUT"],
            )
        except RedisError as error:
            raise ConnectionInterrupted(connection=None) from error

    def get_many(
        self, keys: Collection[str], version: int | None = None, client: Any = None
    ) -> dict[str, Any]:
        """The values that exist, read from each node in one trip."""
        names = {self.make_key(key, version=version): key for key in keys}
        if not names:
            return {}
        client = client or self.get_client(write=False)
        try:
            found = client.mget_nonatomic(list(names))
        except RedisError as error:
            raise ConnectionInterrupted(connection=client) from error
        pairs = zip(names.values(), found, strict=True)
        return {key: self.decode(value) for key, value in pairs if value is not None}
