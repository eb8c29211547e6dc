"""
The whole shop in one file: the database, the carts, the pictures and papers, the gateways' log.

In the archive lie `database.dump` for pg_restore, `gateway_log.jsonl` (MongoDB's extended JSON),
`carts.jsonl`, and a folder for each storage. Queues are not kept: the clock fills them again.
"""

import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bson import json_util
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.db import ProgrammingError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from pymongo.errors import PyMongoError

from backoffice.backups import pg_programs
from backoffice.backups.archives import BackupRefused, pack, unpack
from backoffice.backups.pg_programs import ProgramFailed
from backoffice.backups.places import Folder, forget_old, name_for, place_of
from backoffice.models import Backup
from cart import store as carts
from core.exceptions import ServiceUnavailable
from payments.gateway_log import store

logger = logging.getLogger(__name__)

DATABASE, GATEWAY_LOG, CARTS = "database.dump", "gateway_log.jsonl", "carts.jsonl"
SCRIPT = "database.sql"
STORAGES = {"media": "default", "mail": "mail", "private": "private"}
Say = Callable[[str], None]
_UNFINISHED = ".backup-"
_FORGOTTEN_AFTER = 24 * 3600  # seconds: no backup takes this long


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that is whole."""

    name: str
    size: int
    # Older ones that had to go.
    forgotten: Sequence[str] = ()


def write(target: str, *, say: Say, keep: int = 0) -> Made:
    """
    Write everything into this file, or under a name of its own into this folder or bucket.

    Sealed if the shop has BACKUP_KEY. With `keep` only so many of ours stay in the place.

    :raises BackupRefused: if PostgreSQL's own program is missing or fails, or the place
    """
    place, name = place_of(target)
    made_at = timezone.now()
    key = settings.BACKUP_KEY
    name = name or name_for(made_at, is_encrypted=bool(key))
    with _workplace(place.path if isinstance(place, Folder) else None) as folder:
        say(_("Reading the database …"))
        pg_programs.run(
            "pg_dump", "--format=custom", "--no-owner", "--file", str(folder / DATABASE)
        )
        say(_("Reading the log of the gateways …"))
        _write_log(folder / GATEWAY_LOG, say)
        say(_("Reading the carts …"))
        _write_lines(folder / CARTS, map(json.dumps, _carts(say)))
        say(_("Writing the file …"))
        whole = folder / "backup"
        pack(whole, _parts(folder), {"made_at": made_at.isoformat()}, key)
        size = whole.stat().st_size
        place.put(whole, name)
        with suppress(ProgrammingError):  # before an upgrade the table may still be to come
            Backup.objects.create(size=size)
        # The new backup stays even if older ones cannot be deleted.
        forgotten = forget_old(place, keep)
    return Made(name=name, size=size, forgotten=forgotten)


def restore(source: str, *, replace: bool, say: Say) -> datetime:
    """
    Restore the shop into an empty place; returns when the backup was made.

    The whole file is checked before anything is touched, and the database is restored completely
    or not at all. Run it while the store is stopped.

    :raises BackupRefused: if the file is none of ours, damaged or sealed with another key, or
        there is a shop already and `replace` does not say that it may go
    """
    with _unpacked(source, say) as (parts, manifest):
        _check_servers()
        _check_room(replace=replace)
        say(_("Writing the database …"))
        _write_database(parts)
        if (parts / GATEWAY_LOG).exists():
            say(_("Writing the log of the gateways …"))
            store.forget_all()
            store.put_back(map(json_util.loads, _lines(parts / GATEWAY_LOG)))
        cache.clear()  # which empties all of that Redis
        say(_("Writing the carts …"))
        carts.delete_all()
        carts.restore(map(json.loads, _lines(parts / CARTS)))
        for each, root in _roots():
            say(_("Writing the folder “%(name)s” …") % {"name": each})
            if (parts / each).is_dir():
                shutil.copytree(parts / each, root, dirs_exist_ok=True)
    return datetime.fromisoformat(manifest["made_at"])


def check(source: str, *, say: Say) -> datetime:
    """
    Prove that the file opens, is complete and holds a readable database; returns when it was made.

    Nothing of the shop is touched.

    :raises BackupRefused: as `restore`
    """
    with _unpacked(source, say) as (parts, manifest):
        say(_("Reading the database …"))
        pg_programs.run("pg_restore", "--file", os.devnull, str(parts / DATABASE))
        return datetime.fromisoformat(manifest["made_at"])


@contextmanager
def _unpacked(source: str, say: Say) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The parts of a backup and its manifest, each part compared with its checksum."""
    place, name = place_of(source)
    with _workplace(place.path if isinstance(place, Folder) else None) as folder:
        say(_("Checking the file …"))
        file = place.fetch(name, folder / "backup")
        parts = folder / "parts"
        parts.mkdir()
        yield parts, unpack(file, parts, settings.BACKUP_KEY)


@contextmanager
def _workplace(beside: Path | None) -> Iterator[Path]:
    """A folder for large unfinished files; on the same disk, if one is named."""
    try:
        if beside:
            _forget_left(beside)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=beside) as name:
            yield Path(name)
    except (ProgramFailed, ServiceUnavailable) as error:
        raise BackupRefused(str(error)) from error
    except PyMongoError as error:
        raise BackupRefused(_("The log of the gateways does not answer: %s.") % error) from error
    except OSError as error:
        if not error.strerror:  # a bucket's says all of it
            raise BackupRefused(str(error)) from error
        text = _("%(file)s: %(reason)s.")
        raise BackupRefused(
            text % {"file": error.filename or beside, "reason": error.strerror}
        ) from error


def _forget_left(place: Path) -> None:
    """Delete the large, unencrypted leftovers of a backup that was killed."""
    for folder in place.glob(f"{_UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > _FORGOTTEN_AFTER:
            shutil.rmtree(folder, ignore_errors=True)


def _roots() -> Iterator[tuple[str, Path]]:
    """The storages on this machine; a bucket has backups of its own."""
    for name, alias in STORAGES.items():
        storage = storages[alias]
        if isinstance(storage, FileSystemStorage):
            root = Path(storage.location)
            root.mkdir(parents=True, exist_ok=True)
            yield name, root


def _parts(folder: Path) -> Iterator[tuple[str, Path]]:
    for name in (DATABASE, GATEWAY_LOG, CARTS):
        yield name, folder / name
    for name, root in _roots():
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_relative_to(folder):
                yield f"{name}/{path.relative_to(root)}", path


def _carts(say: Say) -> Iterator[dict[str, Any]]:
    """Carts last two days, so a shop without Redis is backed up without them."""
    try:
        yield from carts.dump()
    except ServiceUnavailable:
        say(_("The carts cannot be read and are left out."))


def _write_log(path: Path, say: Say) -> None:
    """Sales do not wait for the backup's locks, and the backup does not give up waiting."""
    try:
        _write_lines(path, map(json_util.dumps, store.entries()))
    except PyMongoError as error:
        path.unlink(missing_ok=True)
        logger.error("The backup is without the log of the gateways: %s", type(error).__name__)  # noqa: TRY400
        say(_("The log of the gateways cannot be read and is left out."))


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _lines(path: Path) -> Iterator[str]:
    """The lines of the file; none if an older backup lacks it."""
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from file


def _check_servers() -> None:
    """
    Ask all servers before anything is touched.

    :raises PyMongoError, ServiceUnavailable: if one of them is unavailable
    """
    store.is_empty()
    carts.read(uuid4())


def _check_room(*, replace: bool) -> None:
    """:raises BackupRefused: if the target holds a shop, or parts of one, and may not be emptied"""
    if replace:
        return
    if connection.introspection.table_names():
        raise BackupRefused(
            _("The database is not empty. Use an empty one, or --replace to delete this one.")
        )
    if not store.is_empty():
        raise BackupRefused(
            _("The log of the gateways is not empty: use --replace to delete its entries.")
        )
    for _name, root in _roots():
        if any(path.is_file() for path in root.rglob("*")):
            raise BackupRefused(
                _("The folder %(folder)s is not empty: use --replace to overwrite its files.")
                % {"folder": root}
            )


def _write_database(parts: Path) -> None:
    """In one transaction, together with what goes first: a restore that fails has lost nothing."""
    script = str(parts / SCRIPT)
    first: Sequence[str] = ()
    if connection.introspection.table_names():
        first = ("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public")
    pg_programs.run(
        "pg_restore", "--no-owner", "--no-privileges", "--file", script, str(parts / DATABASE)
    )
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    pg_programs.run("psql", *options, *first, "--file", script)
