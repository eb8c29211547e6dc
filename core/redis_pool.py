"""Connections to a Redis that is left alone for a moment when it has been too slow to answer."""

from typing import Any

from redis import Connection, ConnectionPool, DriverInfo
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TooSlow

from core.connections.circuit_breaker import Circuit

PAUSE = 2.0  # seconds
# Who asks. For each connection the library would look up its own version in its package.
_DRIVER = DriverInfo()


class SteadyPool(ConnectionPool):
    """
    Refuses at once while the server does not answer.

    A server that is frozen, or behind a network that swallows all, lets everybody wait for the
    whole time-out, and a page asks it several times. Here one caller waits, and for some seconds
    the others go without. A server that is gone refuses by itself, and is asked each time.
    """

    def __init__(self, connection_class: type[Any] = Connection, **options: Any) -> None:
        self._circuit = Circuit(PAUSE)
        super().__init__(
            connection_class=_watching(connection_class),
            circuit=self._circuit,
            **{"driver_info": _DRIVER, **options},
        )

    def get_connection(self, *args: Any, **options: Any) -> Any:
        """:raises redis.ConnectionError: while the server is left alone"""
        if not self._circuit.allows():
            raise Disconnected("Redis was too slow a moment ago.")
        return super().get_connection(*args, **options)


class _Watching:
    """What a kind of connection does besides: it tells the pool's circuit how the server is."""

    def __init__(self, *, circuit: Circuit, **options: Any) -> None:
        self._circuit = circuit
        super().__init__(**options)

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]  # of the class that this is mixed into
        except TooSlow:
            self._circuit.failed()
            raise

    def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            answer = super().read_response(*args, **options)  # type: ignore[misc]
        except TooSlow:
            self._circuit.failed()
            raise
        if self._circuit.is_open:
            self._circuit.worked()
        return answer


def _watching(kind: type[Any]) -> type[Any]:
    return type(f"Watching{kind.__name__}", (_Watching, kind), {})
