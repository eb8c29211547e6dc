"""Where backups lie: in a folder, or in a bucket of an S3-compatible storage."""

import importlib.util
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from backoffice.backups.archives import BackupRefused

# The names that we give; others in the same place are none of our business.
OURS = re.compile(r"shop-[0-9]{8}-[0-9]{6}\.tar(?:\.sealed)?")
S3 = "s3://"


class Place(Protocol):
    """Keeps files by their names. What does not work is an OSError."""

    def names(self) -> Iterable[str]: ...

    def put(self, file: Path, name: str) -> None:
        """Whole or not at all; an older file of the name stays until the new one is whole."""

    def fetch(self, name: str, target: Path) -> Path:
        """Where it can be read on this machine: there, or at `target`."""

    def delete(self, name: str) -> None: ...


@dataclass(frozen=True)
class Folder:
    path: Path

    def names(self) -> Iterable[str]:
        return [entry.name for entry in self.path.iterdir()]

    def put(self, file: Path, name: str) -> None:
        """The file is on the same disk."""
        file.replace(self.path / name)

    def fetch(self, name: str, target: Path) -> Path:
        return self.path / name

    def delete(self, name: str) -> None:
        (self.path / name).unlink()


def place_of(target: str) -> tuple[Place, str]:
    """
    The place, and the name in it; the name is empty where only a place is named.

    :raises BackupRefused: if it is a bucket, and what speaks to buckets is not installed
    """
    if not target.startswith(S3):
        path = Path(target)
        is_folder = target.endswith("/") or path.is_dir()
        return (Folder(path), "") if is_folder else (Folder(path.parent), path.name)
    if not importlib.util.find_spec("boto3"):
        raise BackupRefused(_("Buckets need packages that are missing: uv sync --extra s3."))
    parts = urlsplit(target)
    folder, _slash, name = parts.path.lstrip("/").rpartition("/")
    if ".tar" not in name:
        folder, name = parts.path.strip("/"), ""
    from backoffice.backups.buckets import Bucket  # noqa: PLC0415 - large, and few shops have one

    return Bucket(parts.netloc, folder), name


def fault_of(target: str) -> str:
    """
    Why nothing can be written there; empty if all is well. A bucket is asked for its names.

    :raises BackupRefused: as `place_of`
    """
    place, _name = place_of(target.rstrip("/") + "/")
    try:
        if isinstance(place, Folder):
            with tempfile.TemporaryFile(dir=place.path):
                return ""
        place.names()
    except OSError as error:
        return f"{error.strerror or error} ({target})"
    return ""


def name_for(moment: datetime, *, is_encrypted: bool) -> str:
    """Names sort as they were made."""
    return f"shop-{localtime(moment):%Y%m%d-%H%M%S}.tar{'.sealed' if is_encrypted else ''}"


def forget_old(place: Place, keep: int) -> list[str]:
    """Delete all but the newest of our own backups; returns the deleted names."""
    ours = sorted(name for name in place.names() if OURS.fullmatch(name))
    old = ours[:-keep] if keep else []
    for name in old:
        place.delete(name)
    return old
