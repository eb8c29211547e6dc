"""How PostgreSQL finds the rows of what is asked: the plan of every statement, as it was run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

_ON = (
    "LOAD 'auto_explain'",
    "SET auto_explain.log_min_duration = 0",
    "SET auto_explain.log_analyze = on",
    "SET auto_explain.log_timing = off",
    # What triggers ask, too.
    "SET auto_explain.log_nested_statements = on",
    "SET auto_explain.log_format = json",
    "SET auto_explain.log_level = notice",
)


@dataclass(frozen=True)
class Read:
    """How many rows of a table one step of a statement has read, those it left out included."""

    table: str
    rows: int
    step: str
    statement: str

    def __str__(self) -> str:
        return f"{self.table}: {self.rows} rows by {self.step} for {self.statement[:2000]}"


@contextmanager
def watched() -> Iterator[list[Read]]:
    """What the statements in it have read of which table."""
    found: list[Read] = []

    def note(diagnostic: Any) -> None:
        text = diagnostic.message_primary or ""
        if "plan:" in text:
            told = json.loads(text.partition("plan:")[2])
            found.extend(_reads(told["Plan"], told.get("Query Text", "")))

    connection.ensure_connection()
    connection.connection.add_notice_handler(note)
    _send(_ON)
    try:
        yield found
    finally:
        _send(["SET auto_explain.log_min_duration = -1"])
        connection.connection.remove_notice_handler(note)


def _send(statements: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _reads(node: dict[str, Any], statement: str) -> Iterator[Read]:
    table = node.get("Relation Name", "")
    # The server's own tables have as many rows in every shop.
    if table and not table.startswith("pg_"):
        gone = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
        one = node.get("Actual Rows", 0) + sum(node.get(name, 0) for name in gone)
        rows = round(one * node.get("Actual Loops", 1))
        yield Read(table, rows, node["Node Type"], " ".join(statement.split()))
    for below in node.get("Plans", ()):
        yield from _reads(below, statement)
