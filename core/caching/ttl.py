"""A second's memory of what many ask for at once and few change."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

from core.database.replica import from_primary

Key = TypeVar("Key")
Value = TypeVar("Value")


class TTLCache(Generic[Key, Value]):
    """
    What was read about a second ago, in this process; anyone who finds it older reads it again.

    For answers that somebody checks again before anything is sold. Threads share the values:
    nobody changes them.
    """

    lifetime = 1.0  # seconds
    most = 200  # each may be a dozen kilobytes
    _all: ClassVar["WeakSet[TTLCache[Any, Any]]"] = WeakSet()

    def __init__(self, read: Callable[[list[Key]], Mapping[Key, Value]]) -> None:
        self._read = read
        self._known: dict[Key, tuple[float, Value]] = {}
        self._all.add(self)

    @classmethod
    def forget_all(cls) -> None:
        """Empty every memory of this process."""
        for memory in cls._all:
            memory.forget()

    def forget(self) -> None:
        """Read everything again from now on."""
        self._known.clear()

    def get(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """The values that there are, by key; what is not known lately is read in one call."""
        wanted = list(keys)
        now = time.monotonic()
        found = {
            key: known[1] for key in wanted if (known := self._known.get(key)) and known[0] > now
        }
        if missing := [key for key in wanted if key not in found]:
            found |= self._read_again(missing, now + self.lifetime)
        return found

    def _read_again(self, keys: list[Key], until: float) -> Mapping[Key, Value]:
        """While one thread reads, the others go on with what they know: no crowd reads at once."""
        old = {key: (until, known[1]) for key in keys if (known := self._known.get(key))}
        self._known.update(old)
        with from_primary():  # also those sell by it who must know what is so now
            fresh = self._read(keys)
        for key in old.keys() - fresh.keys():
            self._known.pop(key, None)
        if len(self._known) + len(fresh) > self.most:
            self._evict()
        self._known.update((key, (until, value)) for key, value in fresh.items())
        return fresh

    def _evict(self) -> None:
        """Forget what is too old, or all if that leaves no room."""
        now = time.monotonic()
        # Threads share it: a copy stays as it is while others add to the original.
        live = {key: known for key, known in self._known.copy().items() if known[0] > now}
        self._known = live if len(live) < self.most // 2 else {}
