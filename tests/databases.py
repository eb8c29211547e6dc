"""Other databases than the test run's own, for tests of what lies between them and the shop."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from django.db import connection, connections, router
from django.db.utils import ConnectionRouter
from psycopg import sql

from config import embedded, environment
from tests import schema
from tests.servers import database_url


@contextmanager
def shop_on(**variables: str) -> Iterator[None]:
    """Inside, this process works on the databases that these variables of the environment name."""
    with patch.dict(os.environ, variables):
        databases = connections.configure_settings(environment.databases())
    routers = ["core.database.replica.Router"] if "replica" in databases else []
    before, own = dict(connections.settings), connections["default"]
    del connections["default"]
    connections.settings.update(databases)
    try:
        with patch.object(router, "routers", ConnectionRouter(routers).routers):
            yield
    finally:
        for alias in databases:
            connections[alias].close()
            connections[alias].close_pool()  # type: ignore[attr-defined]
            del connections[alias]
            connections.settings.pop(alias)
        connections.settings.update(before)
        connections["default"] = own


def settings_of(url: str) -> dict[str, Any]:
    """What Django's settings say of that database."""
    with patch.dict(os.environ, DATABASE_URL=url):
        return dict(environment.databases()["default"])


@contextmanager
def empty_copy(name: str) -> Iterator[str]:
    """The URL of one more database with our tables, in the test run's PostgreSQL."""
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(schema.current())
    )
    dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(embedded.conninfo(os.environ["DATABASE_URL"]), autocommit=True) as server:
        server.execute(dropped)
        server.execute(made)
        yield database_url(name)
        server.execute(dropped)


@contextmanager
def closed() -> Iterator[None]:
    """Inside, PostgreSQL throws everybody out of the test's own database and lets nobody in."""
    name = connection.settings_dict["NAME"]
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    server = embedded.conninfo(os.environ["DATABASE_URL"])
    with psycopg.connect(server, dbname="postgres", autocommit=True) as other:
        other.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            other.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
            connection.close()


def copy_tables(url: str) -> None:
    """Write our tables, with the rows of the migrations, into an empty database elsewhere."""
    source = embedded.conninfo(database_url(schema.current()))
    target = embedded.conninfo(url)
    with subprocess.Popen(
        [embedded.program("pg_dump"), "--format=custom", "--compress=0", f"--dbname={source}"],
        stdout=subprocess.PIPE,
    ) as dumped:
        subprocess.run(
            [embedded.program("pg_restore"), "--no-owner", f"--dbname={target}"],
            stdin=dumped.stdout,
            check=True,
        )
    assert dumped.returncode == 0
