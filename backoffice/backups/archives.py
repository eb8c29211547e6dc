"""
A backup as a file: a tar archive, encrypted if there is a key.

Its last entry is `manifest.json`, with the name and checksum of every other file. Unpacked files
are verified against it before they are used.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from tqdm import tqdm

from backoffice.backups.encryption import (
    CannotDecrypt,
    DecryptingReader,
    EncryptingWriter,
    is_encrypted,
)
from core.exceptions import DomainError

FORMAT = 2
MANIFEST = "manifest.json"
_AT_ONCE = 1024 * 1024
_UNREADABLE = (tarfile.TarError, KeyError, ValueError, TypeError, EOFError, FileNotFoundError)
# An entry of the archive, and its path.
Part = tuple[str, Path]


class BackupRefused(DomainError):
    """The backup cannot be made, or not be restored as things are."""


def pack(target: Path, parts: Iterable[Part], facts: Mapping[str, Any], key: str) -> None:
    """Write these files into one archive, readable by its owner alone."""
    parts = list(parts)
    target.touch(mode=0o600)  # The names and addresses of all customers are in it.
    size = sum(path.stat().st_size for _name, path in parts if path.exists())
    with (
        _writing(target, key) as file,
        # A file of two names is written under both: read back one by one, each has to be whole.
        tarfile.open(fileobj=file, mode="w|", dereference=True) as archive,
        tqdm(total=size, unit="B", unit_scale=True, leave=False, disable=None) as bar,
    ):
        checksums = dict(_packed(archive, parts, bar))
        manifest = json.dumps({"format": FORMAT, **facts, "checksums": checksums}, indent=2)
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(manifest.encode())
        archive.addfile(info, io.BytesIO(manifest.encode()))


def unpack(source: Path, folder: Path, key: str) -> dict[str, Any]:
    """
    Unpack everything into the folder and verify it against the manifest; returns the manifest.

    :raises BackupRefused: if it is none of ours, cannot be opened with this key, or is damaged
    """
    name = {"file": source.name}
    foreign = BackupRefused(_("%(file)s is no backup of this store.") % name)
    cut_off = BackupRefused(
        _("%(file)s is incomplete, or another program's: its end is missing. Nothing was changed.")
        % name
    )
    try:
        with _reading(source, key) as file, tarfile.open(fileobj=file, mode="r|") as archive:
            archive.extractall(folder, filter="data")
            while file.read(_AT_ONCE):
                """To the end, which proves that nothing is cut off."""
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        is_whole = _is_whole(folder, manifest)
    except CannotDecrypt as error:
        raise BackupRefused(f"{source.name}: {error}") from error
    except _UNREADABLE as error:
        if not source.exists():
            raise
        raise cut_off if any(folder.iterdir()) else foreign from error
    if not is_whole:
        raise BackupRefused(_("%(file)s is damaged: nothing was changed.") % name)
    return manifest


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _packed(
    archive: tarfile.TarFile, parts: Iterable[Part], bar: "tqdm[Any]"
) -> Iterator[tuple[str, str]]:
    for name, path in parts:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue  # deleted since it was listed
        with file:
            told = _Told(file, bar)
            info = archive.gettarinfo(arcname=name, fileobj=file)
            archive.addfile(info, told)
        yield name, told.sum.hexdigest()


class _Told:
    """A file whose checksum is computed while it is read."""

    def __init__(self, file: IO[bytes], bar: "tqdm[Any]") -> None:
        self._file = file
        self._bar = bar
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sum.update(data)
        self._bar.update(len(data))
        return data


def _is_whole(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Each file is what it was. Before format 2 the manifest did not name pictures and papers."""
    checksums: dict[str, str] = manifest["checksums"]
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    if manifest["format"] not in (1, FORMAT):
        raise ValueError(manifest["format"])
    if checksums.keys() - there or (
        manifest["format"] == FORMAT and there - {MANIFEST} != checksums.keys()
    ):
        return False
    with tqdm(checksums.items(), unit=" files", leave=False, disable=None) as bar:
        return all(checksum(folder / name) == known for name, known in bar)


@contextmanager
def _writing(target: Path, key: str) -> Iterator[IO[bytes]]:
    with target.open("wb") as file:
        if not key:
            yield file
            return
        writer: Any = EncryptingWriter(file, key)
        yield writer
        writer.close()


@contextmanager
def _reading(source: Path, key: str) -> Iterator[IO[bytes]]:
    with source.open("rb") as file:
        if not is_encrypted(source):
            yield file
            return
        if not key:
            raise CannotDecrypt(_("It is encrypted: set its key in BACKUP_KEY."))
        opened: Any = DecryptingReader(file, key)
        yield opened
