"""
The embedded PostgreSQL's version, database and two roles, before the shop uses it.

The owner is a superuser and has the tables; the shop itself connects as a role that owns nothing.
"""

import re
import subprocess
from pathlib import Path

import psycopg

from config.processes import StartError

APPLICATION, OWNER = "vitrina", "vitrina_owner"


def check_version(binaries: Path, folder: Path) -> None:
    """:raises StartError: if the data is that of another major version of PostgreSQL"""
    said = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    server = re.search(r"\d+", said.stdout)
    noted = folder / "PG_VERSION"
    data = noted.read_text().strip() if noted.exists() else ""
    if server and data and server[0] != data:
        raise StartError(
            f"The data in {folder} is of PostgreSQL {data}, and the server that is installed is "
            f"version {server[0]}, which cannot read it. Nothing was changed: "
            "docs/postgresql-versions.md says how the data moves."
        )


def answers(sockets: Path, *, writes: bool) -> bool:
    """
    True once our database can be used; makes it if this is the first start.

    One that goes through its log answers early: with `writes` it has to take something, too.
    """
    try:
        with _connected(sockets, OWNER, APPLICATION) as connection:
            recovers = connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
            if not recovers:
                _make_role(connection)
            return not (writes and recovers)
    except psycopg.OperationalError as error:
        if f'database "{APPLICATION}" does not exist' in str(error):
            with _connected(sockets, OWNER, "postgres") as connection:
                connection.execute(f"CREATE DATABASE {APPLICATION}")
        return False


def _connected(sockets: Path, role: str, database: str) -> psycopg.Connection:
    return psycopg.connect(host=str(sockets), user=role, dbname=database, autocommit=True)


def _make_role(connection: psycopg.Connection) -> None:
    """The one that the shop connects as; its rights come with `migrate` (core.database.roles)."""
    named = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
    if not named.fetchone():
        connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
