"""File systems of a few megabytes for what people hand in, which can therefore be full."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZES = {"media": "64m", "private": "16m"}


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
    rooms: list[Room] = []
    try:
        for name, size in SIZES.items():
            place = folder / name
            place.mkdir(exist_ok=True)
            command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                rooms.append(Room(place))
        yield rooms
    finally:
        for room in rooms:
            subprocess.run(["umount", "--lazy", str(room.folder)], check=False)
