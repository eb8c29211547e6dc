"""
Archives the embedded PostgreSQL's write-ahead log, for point-in-time recovery.

`WAL_ARCHIVE` names a folder, best on another disk. PostgreSQL copies each segment of its log there,
a minute after the last change at the latest. With a base backup from before (`manage.py
base_backup`) they restore any moment since: `config.recover`.
"""

import os
import shlex
from pathlib import Path

from config.processes import Account, StartError

VARIABLE = "WAL_ARCHIVE"
# At most this many seconds of changes are lost when the server dies.
_SECONDS = 60
# PostgreSQL's marker file: while it exists, the server is recovering to a point in time.
SIGNAL = "recovery.signal"
# Replaying the archive may take this many seconds.
PATIENCE = 24 * 3600.0


def settings(account: Account | None) -> dict[str, str]:
    """
    PostgreSQL's settings for the archive; none without WAL_ARCHIVE.

    :raises StartError: if the folder cannot be made
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return {}
    folder = Path(named).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account:
            os.chown(folder, account.user, account.group)
    except OSError as error:
        raise StartError(
            f"{VARIABLE} names {folder}, which cannot be used: {error.strerror}."
        ) from None
    piece = f"{shlex.quote(str(folder).replace('%', '%%'))}/%f"
    # A segment is archived whole and synced, for PostgreSQL recycles its own afterwards, and never
    # replaces another. After a crash PostgreSQL may archive one again: without `cmp` that would
    # fail for ever, and so would all later segments.
    command = (
        f"if test -f {piece}; then cmp -s %p {piece};"
        f" else cp %p {piece}.part && sync {piece}.part && mv {piece}.part {piece}; fi"
    )
    return {"archive_mode": "on", "archive_command": command, "archive_timeout": str(_SECONDS)}


def is_recovering(server: Path) -> bool:
    return (server / SIGNAL).exists()
