"""The shared cache on a cluster: django-redis knows single servers and their copies."""

from collections.abc import Collection
from typing import Any

from django_redis.client import DefaultClient
from django_redis.exceptions import ConnectionInterrupted
from redis import Redis, RedisError

from core.connections.clients import Shared
from core.redis import connect


@Shared
def _shared(url: str, connect_timeout: float, timeout: float) -> "Redis":
    """One for all threads of a process: each asks the cluster for its nodes only once."""
    return connect(url, socket_connect_timeout=connect_timeout, socket_timeout=timeout)


class ClusterClient(DefaultClient):
    """Keys lie on all nodes; what is asked for together is fetched from each node at once."""

    def connect(self, index: int = 0) -> "Redis":
        """:raises ConnectionInterrupted: if no node answers; the cache then does without"""
        try:
            return _shared(
                self._server[index],
                self._options["SOCKET_CONNECT_TIMEOUT"],
                self._options["SOCKET_TIMEOUT"],
            )
        except RedisError as error:
            raise ConnectionInterrupted(connection=None) from error

    def get_many(
        self, keys: Collection[str], version: int | None = None, client: Any = None
    ) -> dict[str, Any]:
        """The values of those keys that there are."""
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
