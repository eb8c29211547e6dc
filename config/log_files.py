"""Files that child processes write their logs to: bounded in size and number while they run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MAX_BYTES = 5_000_000
MAX_OLD_FILES = 4


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor that appends; the file is its owner's alone."""
    output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield output
    finally:
        os.close(output)


def rotate(path: Path) -> None:
    """
    Rotate a large log: worker.log becomes worker.1.log, that becomes worker.2.log, and so on.

    The file is copied and truncated, since its writer keeps it open. Lines written between the two
    are lost.
    """
    if not path.exists() or path.stat().st_size < MAX_BYTES:
        return
    for number in range(MAX_OLD_FILES - 1, 0, -1):
        with suppress(FileNotFoundError):
            old_file(path, number).replace(old_file(path, number + 1))
    with suppress(OSError):  # on a full disk emptying it is the help
        shutil.copy(path, old_file(path, 1))
    os.truncate(path, 0)


def old_file(path: Path, number: int) -> Path:
    """1 is the newest one."""
    return path.with_suffix(f".{number}{path.suffix}")
