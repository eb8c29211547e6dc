"""
Point-in-time recovery of the embedded PostgreSQL: `python -m config.recover COPY --until MOMENT`.

COPY is a base backup from before that moment, WAL_ARCHIVE the folder of the archived log. The shop
must be stopped; the current data are moved aside, not deleted.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from config import archiving, embedded, local
from config.environment import read_file
from config.processes import StartError, Supervisor


def main(words: Sequence[str] | None = None) -> int:
    """Prepare the server's folder; the next start does the rest. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.recover", description=__doc__)
    parser.add_argument("copy", type=Path, metavar="COPY")
    parser.add_argument(
        "--until",
        type=datetime.fromisoformat,
        required=True,
        metavar="MOMENT",
        help="The last moment to keep, with its offset: 2026-01-31T13:05:00-05:00",
    )
    given = parser.parse_args(words)
    read_file(local.ROOT / ".env")
    try:
        kept = recover(given.copy, given.until, local.data_folder(os.environ))
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1
    sys.stdout.write(
        f"The next start takes the database back to {given.until.isoformat()}.\n"
        f"The data as they were are in {kept}: delete that folder once all is well.\n"
    )
    return 0


def recover(copy: Path, until: datetime, store: Path) -> Path:
    """
    Install the base backup with its recovery target; returns the folder of the old data.

    :raises StartError: if the shop is running, or a file is missing
    """
    archive = os.environ.get(archiving.VARIABLE)
    if not archive or not Path(archive).is_dir():
        raise StartError(f"{archiving.VARIABLE} does not name the folder where the log lies.")
    if until.tzinfo is None:
        raise StartError("The moment needs its offset, such as 2026-01-31T13:05:00-05:00.")
    if not (copy / "PG_VERSION").is_file():
        raise StartError(f"{copy} is no copy of a PostgreSQL server.")
    with Supervisor(store):  # or it is in use
        return _put_in_place(copy, store / "postgres", Path(archive).resolve(), until)


def _put_in_place(copy: Path, server: Path, archive: Path, until: datetime) -> Path:
    unfinished = server.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(copy, unfinished)
    unfinished.chmod(0o700)
    with (unfinished / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f"restore_command = 'cp {_quoted(archive)}/%f %p'\n"
            f"recovery_target_time = '{until.isoformat(sep=' ')}'\n"
            "recovery_target_action = 'promote'\n"
        )
    (unfinished / archiving.SIGNAL).touch()
    if account := embedded.unprivileged(server):
        for path in (unfinished, *unfinished.rglob("*")):
            os.chown(path, account.user, account.group)
    aside = server.with_name(f"postgres.before-{datetime.now(until.tzinfo):%Y%m%d-%H%M%S}")
    if server.exists():
        server.rename(aside)
    unfinished.rename(server)
    return aside


def _quoted(path: Path) -> str:
    """As PostgreSQL's settings and the shell read it."""
    return '"' + str(path).replace("%", "%%").replace("'", "''") + '"'


if __name__ == "__main__":
    sys.exit(main())
