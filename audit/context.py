"""Who acts, and from where: what PostgreSQL's audit triggers are told with each write."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import local
from typing import Any

import psycopg
from celery import Task
from django.db import connection
from redis import RedisError

from core.observability import log_context
from core.redis import client

FAILURES = "tasks:failed"

# Also after WITH; but reads and locks need no actor.
_WRITES = re.compile(
    r"\s*(?:insert|update|delete|merge)\b"
    r"|\s*with\b.*\b(?:insert\s+into|delete\s+from|merge\s+into|update\s+\S+(?:\s+\w+)?\s+set)\b",
    re.IGNORECASE | re.DOTALL,
)
_here = local()


@contextmanager
def traced(**facts: object) -> Iterator[None]:
    """
    Tell the database with each write of this thread what is known of it.

    The triggers know `actor`, `impersonator`, `ip` and `origin`. A fact may be a function, which is
    asked when something is written. Inside another block the facts are added to its own.
    """
    outer: dict[str, object] | None = getattr(_here, "facts", None)
    _here.facts = {**(outer or {}), **facts}
    try:
        if outer is None:
            with connection.execute_wrapper(_tell):
                yield
        else:
            yield
    finally:
        if outer is None:
            del _here.facts
        else:
            _here.facts = outer


def add(**facts: object) -> None:
    """Something more is known, until the block ends; nothing happens outside of one."""
    if hasattr(_here, "facts"):
        _here.facts.update(facts)


def tell() -> None:
    """Set the facts in the transaction now; rows copied later would miss them."""
    if hasattr(_here, "facts"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('shop.trace', %s, true)", [_facts()])


class TracedTask(Task):  # type: ignore[type-arg]  # generic for type checkers only
    """Every task of the shop: what it writes and logs is known to come from it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with (
            log_context.only(task=self.name, task_id=self.request.id),
            traced(origin=f"task {self.name}"),
        ):
            return self.run(*args, **kwargs)

    def on_failure(self, exc: Any, task_id: Any, args: Any, kwargs: Any, einfo: Any) -> None:
        """Counted for all workers in one place."""
        with suppress(RedisError):
            client().hincrby(FAILURES, self.name, 1)


def failures() -> dict[str, int]:
    """How many tasks have ended with an error, by name, since Redis began to count."""
    try:
        return {str(name): int(number) for name, number in client().hgetall(FAILURES).items()}
    except RedisError:
        return {}


def _tell(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    """
    The facts travel with the statement that they are about, in the same trip to the server.

    The transaction remembers them, so its next writes tell only what has changed.
    """
    cursor = context["cursor"].cursor
    # A prepared statement is one statement; what a crowd sends that way is not audited (holds).
    if many or not isinstance(cursor, psycopg.ClientCursor) or not _WRITES.match(sql):
        return execute(sql, params, many, context)
    facts = _facts()
    if facts == _told():
        return execute(sql, params, many, context)
    text = facts.replace("'", "''")
    quoted = text.replace("%", "%%") if params else text
    told = f"SELECT set_config('shop.trace', '{quoted}', true); "
    result = execute(told + sql, params, many, context)
    cursor.nextset()
    if connection.in_atomic_block:
        connection.on_commit(_Told(facts))
    return result


@dataclass(frozen=True)
class _Told:
    """
    What the transaction has been told, noted among what it does at its commit.

    So it is forgotten when the database forgets it: with the transaction, or with its savepoint.
    """

    facts: str

    def __call__(self) -> None:
        """Nothing is left to be done."""


def _told() -> str | None:
    notes = (entry[1] for entry in reversed(connection.run_on_commit))
    return next((note.facts for note in notes if isinstance(note, _Told)), None)


def _facts() -> str:
    """The current facts, as JSON in plain ASCII."""
    facts = {name: fact() if callable(fact) else fact for name, fact in _here.facts.items()}
    return json.dumps({name: str(fact) for name, fact in facts.items() if fact})
