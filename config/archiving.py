"""
The embedded PostgreSQL's log of changes, kept so that the shop can be as it was at any moment.

`WAL_ARCHIVE` names a folder, best on another disk. PostgreSQL puts each piece of its log there, a
minute after the last change at the latest. With a copy of the whole server from before (`manage.py
base_backup`) they give every moment since: `config.recover`.
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
    What makes PostgreSQL keep its log; nothing where nobody asks for it.

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
    # Whole and on the disk or not at all, for PostgreSQL writes over its own as soon as this is
    # done; and never over one that is there. It may bring one again, if it has fallen before it
    # noted that it was put away: without `cmp` it would bring that one for ever, and no other.
    command = (
        f"if test -f {piece}; then cmp -s %p {piece};"
        f" else cp %p {piece}.part && sync {piece}.part && mv {piece}.part {piece}; fi"
    )
    return {"archive_mode": "on", "archive_command": command, "archive_timeout": str(_SECONDS)}


def is_recovering(server: Path) -> bool:
    return (server / SIGNAL).exists()
