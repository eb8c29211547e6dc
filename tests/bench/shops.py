"""The shops that are measured: the demo's, and copies of it that have grown. Made once and kept."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import sql

from config.embedded import conninfo
from config.run import say
from tests.bench import growth
from tests.schema import current

TOP = 15
STATEMENTS = """
    SELECT calls, total_exec_time, mean_exec_time, rows, regexp_replace(query, '\\s+', ' ', 'g')
    FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY total_exec_time DESC LIMIT %s
"""


def url_of(base: str, products: int) -> str:
    """The database of the shop of that size, beside the demo's."""
    return f"{base.rpartition('/')[0]}/{_name(products)}"


def make(base: str, products: int) -> None:
    """
    Copy the demo's database and let it grow, unless it is there.

    Others of that size, of other tables than the migrations make now, are dropped.
    """
    name, unfinished = _name(products), f"shop_{products}_unfinished"
    with psycopg.connect(conninfo(_maintenance(base)), autocommit=True) as server:
        rows = server.execute("SELECT datname FROM pg_database").fetchall()
        there = {str(found) for (found,) in rows}
        if name in there:
            return
        for old in (each for each in there if each.startswith(f"shop_{products}_")):
            _do(server, "DROP DATABASE {}", old)
        say(f"Making a shop of {products:,} products …")
        began = time.monotonic()
        _do(server, "CREATE DATABASE {} TEMPLATE {}", unfinished, base.rpartition("/")[2])
        with connected(unfinished):
            growth.grow(products)
        _do(server, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
        say(f"It took {time.monotonic() - began:.0f} s.")


@contextmanager
def connected(name: str) -> Iterator[None]:
    """Inside, this process talks to that database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def opened(products: int) -> Iterator[None]:
    """Inside, this process talks to the shop of that size, whose statements are counted again."""
    with connected(_name(products)):
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            cursor.execute("SELECT pg_stat_statements_reset()")
        yield


def top_statements() -> list[str]:
    """Those that took the database longest in all since the shop was opened."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS, [TOP])
        return [
            f"{total / 1000:>8.1f} s {mean:>9.2f} ms {calls:>8} × {rows:>9} rows  {query[:150]}"
            for calls, total, mean, rows, query in cursor.fetchall()
        ]


def _name(products: int) -> str:
    return f"shop_{products}_{current()[-8:]}"


def _maintenance(base: str) -> str:
    return f"{base.rpartition('/')[0]}/postgres"


def _do(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
