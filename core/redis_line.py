"""The shortest way to one value in Redis: for the question that every kept page begins with."""

from threading import local
from typing import Any, cast

from redis import Redis, RedisCluster
from redis.exceptions import ConnectionError as Disconnected


class _Held:
    """
    A connection of one thread, closed when the thread ends.

    One that the pool hands out stays in the pool's books, and open, until it is given back.
    """

    def __init__(self, pool: Any) -> None:
        self.connection = pool.connection_class(**pool.connection_kwargs)

    def __del__(self) -> None:
        self.connection.disconnect()


class Line(local):
    """
    A connection that a thread keeps.

    The library takes one out of its pool for each command, looks whether it is still good, counts
    and puts it back: twice as much work as the command. This one is good until it fails.
    """

    def __init__(self, client: "Redis") -> None:
        self._client: Any = client
        self._is_cluster = isinstance(client, RedisCluster)
        self._held: _Held | None = None

    def get(self, key: str) -> bytes | None:
        """
        The value; the same as the client's own `get`.

        :raises redis.RedisError: while the server is away or too slow
        """
        if self._is_cluster:
            return cast("bytes | None", self._client.get(key))
        if self._held is None:
            self._held = _Held(self._client.connection_pool)
        try:
            return _ask(self._held.connection, key)
        except Disconnected:
            # It was closed since the last time, as a server that was started again does.
            return _ask(self._held.connection, key)


def _ask(connection: Any, key: str) -> bytes | None:
    connection.send_command("GET", key)
    answer: bytes | None = connection.read_response()
    return answer
