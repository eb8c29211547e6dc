"""A primary and a real replica that streams from it, as two more servers of this machine."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config import embedded
from config.processes import Supervisor
from tests import databases


class Pair:
    """Their URLs, and what may befall the replica."""

    def __init__(self, folder: Path) -> None:
        self._supervisor = Supervisor(folder)
        self.primary = self.replica = ""

    def start_replica(self) -> None:
        """Again after `stop_replica`."""
        self.replica = embedded.start(self._supervisor, ["DATABASE_URL"])[embedded.OWNER_URL]

    def stop_replica(self) -> None:
        """With all that is asked of it just now."""
        while self._supervisor.children:
            self._supervisor.children.pop().stop()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Inside, what the primary writes does not come through."""
        _ask(self.replica, "SELECT pg_wal_replay_pause()")
        try:
            _wait(self.replica, "SELECT pg_get_wal_replay_pause_state() = 'paused'")
            yield
        finally:
            _ask(self.replica, "SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until the replica has all that is written now."""
        position = _ask(self.primary, "SELECT pg_current_wal_insert_lsn()")
        _wait(self.replica, f"SELECT pg_last_wal_replay_lsn() >= '{position}'")

    @contextmanager
    def running(self) -> Iterator[None]:
        """:raises StartError: if one of them does not start"""
        folder = self._supervisor.folder
        with Supervisor(folder.with_name("primary")) as primary, self._supervisor:
            self.primary = embedded.start(primary, ["DATABASE_URL"])[embedded.OWNER_URL]
            databases.copy_tables(self.primary)
            owner = (primary.folder / "postgres").stat()
            _copy_server(self.primary, folder / "postgres", owner)
            self.start_replica()
            yield


def _copy_server(url: str, folder: Path, owner: os.stat_result) -> None:
    """As pg_basebackup's manual says; the copy knows whom to follow."""
    source = embedded.conninfo(url)
    subprocess.run(
        [
            *(embedded.program("pg_basebackup"), f"--dbname={source}", f"--pgdata={folder}"),
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--wal-method=stream"),
        ],
        check=True,
    )
    if owner.st_uid != os.geteuid():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def _ask(url: str, query: str) -> object:
    with psycopg.connect(embedded.conninfo(url), autocommit=True) as server:
        row = server.execute(query.encode()).fetchone()
    return row[0] if row else None


def _wait(url: str, query: str) -> None:
    until = time.monotonic() + 20
    while not _ask(url, query):
        assert time.monotonic() < until, query
        time.sleep(0.02)
