"""The settings of django-constance, read together instead of one by one."""

import time
from typing import Any, ClassVar

from constance import settings
from constance.backends.database import DatabaseBackend


class SnapshotBackend(DatabaseBackend):
    """
    Reads the whole table in one query, at most once a second in each process.

    A page asks for a dozen settings; what staff change is in force everywhere a second later.
    Reading a setting that was never changed gives its default and writes nothing.
    """

    lifetime = 1.0  # seconds
    # django-constance creates a backend in each of its modules; they share this state.
    _values: ClassVar[dict[str, Any]] = {}
    _stale_at: ClassVar[float] = 0.0

    def get(self, key: str) -> Any:
        """The value of that setting."""
        if time.monotonic() >= self._stale_at:
            SnapshotBackend._values = self.mget(settings.CONFIG)
            SnapshotBackend._stale_at = time.monotonic() + self.lifetime
        return self._values.get(key, settings.CONFIG[key][0])

    def set(self, key: str, value: Any) -> None:
        """Write the setting; this process sees it immediately."""
        super().set(key, value)
        self.forget()

    def forget(self) -> None:
        """Read again the next time."""
        SnapshotBackend._stale_at = 0.0
