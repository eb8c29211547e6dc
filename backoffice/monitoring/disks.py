"""The disks of this machine that the shop writes to."""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage

MB = 1024 * 1024
# Below the first somebody should look; at the second PostgreSQL and Valkey refuse to write.
LOW, FULL = 1024 * MB, 32 * MB


def free() -> dict[str, int]:
    """Bytes left where the shop's data (and the embedded servers) lie, and its pictures."""
    return {name: _free(folder) for name, folder in _folders().items()}


def state() -> str:
    """`ok`, or how much is free where; `full` only for the database's disk, which stops sales."""
    name, left = min(free().items(), key=lambda each: each[1])
    if left >= LOW:
        return "ok"
    is_full = left < FULL and name == "data" and (_folders()[name] / "postgres").exists()
    return f"{'full' if is_full else 'low'}: {left // MB} MB left for {name}"


def _folders() -> dict[str, Path]:
    found = {"data": settings.STORE_DATA}
    if isinstance(default_storage, FileSystemStorage):  # and not a bucket
        found["media"] = Path(settings.MEDIA_ROOT)
    return found


def _free(folder: Path) -> int:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free
