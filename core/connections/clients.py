"""Clients of servers, created once per process and shared by its threads."""

from collections.abc import Callable
from functools import update_wrapper
from threading import Lock
from typing import Generic, TypeVar, TypeVarTuple

Arguments = TypeVarTuple("Arguments")
Client = TypeVar("Client")


class Shared(Generic[*Arguments, Client]):
    """
    Decorator: the function's result for these arguments is created once.

    With `functools.cache`, threads that call it first together create one each. A client of Redis
    that is then thrown away closes the connections of threads that still use it.
    """

    def __init__(self, create: Callable[[*Arguments], Client]) -> None:
        self._create = create
        self._clients: dict[tuple[*Arguments], Client] = {}
        self._lock = Lock()
        update_wrapper(self, create)

    def __call__(self, *arguments: *Arguments) -> Client:
        """The existing client, or the one that the first thread creates while others wait."""
        try:
            return self._clients[arguments]
        except KeyError:
            with self._lock:
                if arguments not in self._clients:
                    self._clients[arguments] = self._create(*arguments)
                return self._clients[arguments]

    def forget(self) -> None:
        """Create clients again on next use."""
        self._clients.clear()
