"""The shortest way to one value in Redis: for the question that every kept page begins with."""

from threading import local
from typing import Any, cast

from redis import Redis, RedisCluster
from redis.exceptions import ConnectionError as Disconnected


class Line(local):
    """
    A connection that a thread keeps.

    The library takes one out of its pool for each command, looks whether it is still good, counts
    and puts it back: twice as much work as the command. This one is good until it fails.
    """

    def __init__(self, client: "Redis") -> None:
        self._client: Any = client
        self._is_cluster = isinstance(client, RedisCluster)
        self._connection: Any = None

    def get(self, key: str) -> bytes | None:
        """
        The value; the same as the client's own `get`.

        :raises redis.RedisError: while the server is away or too slow
        """
        if self._is_cluster:
            return cast("bytes | None", self._client.get(key))
        if self._connection is None:
            self._connection = self._client.connection_pool.get_connection()
        try:
            return self._ask(key)
        except Disconnected:
            # It was closed since the last time, as a server that was started again does.
            return self._ask(key)

    def _ask(self, key: str) -> bytes | None:
        self._connection.send_command("GET", key)
        answer: bytes | None = self._connection.read_response()
        return answer
