"""Clients of servers: each is made once in a process, and all threads have the same."""

from collections.abc import Callable
from functools import update_wrapper
from threading import Lock
from typing import Generic, TypeVar, TypeVarTuple

Given = TypeVarTuple("Given")
Made = TypeVar("Made")


class Shared(Generic[*Given, Made]):
    """
    Keeps what the function has made from these arguments.

    With `functools.cache`, threads that come first together make one each, and the last is kept.
    The others are not only too many: a client of Redis that nobody keeps closes the connections
    of anyone who is still using them.
    """

    def __init__(self, make: Callable[[*Given], Made]) -> None:
        self._make = make
        self._made: dict[tuple[*Given], Made] = {}
        self._lock = Lock()
        update_wrapper(self, make)

    def __call__(self, *given: *Given) -> Made:
        """What there is, or what the first makes while all others wait."""
        try:
            return self._made[given]
        except KeyError:
            with self._lock:
                if given not in self._made:
                    self._made[given] = self._make(*given)
                return self._made[given]

    def forget(self) -> None:
        """Make it again when it is wanted again."""
        self._made.clear()
