"""A second's memory of what many ask for at once and few change."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """
    What was read a moment ago, in this process; read anew when it is older than a second.

    For answers that somebody checks again before anything is sold. Threads share the values:
    nobody changes them.
    """

    lifetime = 1.0  # seconds
    most = 1000

    def __init__(self, read: Callable[[list[Key]], Mapping[Key, Value]]) -> None:
        self._read = read
        self._known: dict[Key, tuple[float, Value]] = {}

    def get(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """The values that there are, by key; what is not known of late is read in one call."""
        wanted = list(keys)
        now = time.monotonic()
        found = {
            key: known[1] for key in wanted if (known := self._known.get(key)) and known[0] > now
        }
        if missing := [key for key in wanted if key not in found]:
            fresh = self._read(missing)
            self._remember(fresh, now + self.lifetime)
            found |= fresh
        return found

    def _remember(self, fresh: Mapping[Key, Value], until: float) -> None:
        if len(self._known) + len(fresh) > self.most:
            self._known.clear()
        self._known.update((key, (until, value)) for key, value in fresh.items())
