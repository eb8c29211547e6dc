"""File systems of a few megabytes for what people hand in, which can therefore be full."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZES = {"media": "64m", "private": "16m"}
# PostgreSQL, Valkey and MongoDB's protocol with the demo, and some hundred purchases.
SIZE_OF_ALL = "1500m"


@dataclass(frozen=True)
class Room:
    """A folder on a file system of its own."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Until nothing more fits."""
        with self._ballast.open("wb") as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        os.write(file.fileno(), b"x" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_rooms(folder: Path) -> Iterator[list[Room]]:
    """Rooms below the folder; none where we may not mount."""
    with ExitStack() as mounted:
        found = [mounted.enter_context(room(folder / name, SIZES[name])) for name in SIZES]
        yield [each for each in found if each]


@contextmanager
def room(place: Path, size: str) -> Iterator[Room | None]:
    """None where we may not mount."""
    place.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    is_mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield Room(place) if is_mounted else None
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=False)
