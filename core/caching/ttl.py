"""A cache of about a second in each process, for values that many requests read and few change."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

from core.database.replica import from_primary

Key = TypeVar("Key")
Value = TypeVar("Value")


class TTLCache(Generic[Key, Value]):
    """
    Values read about a second ago in this process; older ones are read again.

    For values that are checked again before anything is sold. Threads share the values: do not
    change them.
    """

    lifetime = 1.0  # seconds
    max_size = 200  # values may have a dozen kilobytes each
    _all: ClassVar["WeakSet[TTLCache[Any, Any]]"] = WeakSet()

    def __init__(self, read: Callable[[list[Key]], Mapping[Key, Value]]) -> None:
        self._read = read
        self._known: dict[Key, tuple[float, Value]] = {}
        self._all.add(self)

    @classmethod
    def clear_all(cls) -> None:
        """Clear every such cache of this process."""
        for each in cls._all:
            each.clear()

    def clear(self) -> None:
        """Read everything again from now on."""
        self._known.clear()

    def get(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """The existing values by key; those not in the cache are read in one call."""
        wanted = list(keys)
        now = time.monotonic()
        found = {
            key: known[1] for key in wanted if (known := self._known.get(key)) and known[0] > now
        }
        if missing := [key for key in wanted if key not in found]:
            found |= self._read_again(missing, now + self.lifetime)
        return found

    def _read_again(self, keys: list[Key], until: float) -> Mapping[Key, Value]:
        """While one thread reads, others keep the old values: there is no stampede."""
        old = {key: (until, known[1]) for key in keys if (known := self._known.get(key))}
        self._known.update(old)
        with from_primary():  # sales depend on these values, so a replica's may be too old
            fresh = self._read(keys)
        for key in old.keys() - fresh.keys():
            self._known.pop(key, None)
        if len(self._known) + len(fresh) > self.max_size:
            self._evict()
        self._known.update((key, (until, value)) for key, value in fresh.items())
        return fresh

    def _evict(self) -> None:
        """Drop expired values, or all if that leaves no room."""
        now = time.monotonic()
        # Other threads may add to the original meanwhile.
        live = {key: known for key, known in self._known.copy().items() if known[0] > now}
        self._known = live if len(live) < self.max_size // 2 else {}
