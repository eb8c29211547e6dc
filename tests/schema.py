"""
The tables of a test run: made once by the migrations, then copied for each of its processes.

To work through all migrations takes a process a quarter of a minute, a copy half a second. The copy
is of what the migrations say now, for its name is made of them; older ones are thrown away.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from config.embedded import conninfo
from tests.servers import database_url

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "tables_"
# One test run at a time looks for the tables and makes them.
_LOCK = 7_204_611


def current() -> str:
    """Changes with every migration and SQL file of ours, and with the version of every library."""
    ours = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/sql/*.sql")]
    files = [*sorted(ours), ROOT / "uv.lock"]
    found = sha256()
    for file in files:
        found.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return PREFIX + found.hexdigest()[:16]


def prepare() -> None:
    """Make the tables unless they are there."""
    wanted = current()
    with _one_at_a_time() as server:
        rows = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        )
        there = {str(row[0]) for row in rows}
        if wanted in there:
            return
        for old in there:
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
        _make(server, wanted)


def copy_for_tests() -> None:
    """Have Django's test database copied from the tables, and not made again."""
    connection.settings_dict["TEST"] |= {"TEMPLATE": current(), "MIGRATE": False}


def _make(server: psycopg.Connection, wanted: str) -> None:
    """Under another name until it is whole."""
    unfinished = f"{wanted}_unfinished"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(unfinished)},
        check=True,
    )
    server.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(unfinished), sql.Identifier(wanted)
        )
    )


@contextmanager
def _one_at_a_time() -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo(os.environ["DATABASE_URL"]), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield server
