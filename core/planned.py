"""
Queries of pages that many ask for: put together once, then planned once by each connection.

To turn a chain of filters into SQL takes Django longer than a small query takes the database
(docs/decisions/0021-queries-put-together-once.md).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import get_language
from psycopg import sql

from core import statements
from core.keys import Keys
from core.lookups import array_of

Row = TypeVar("Row")
Thing = TypeVar("Thing")
_MARKS = re.compile("%[s%]")


class planned(Generic[Row]):  # noqa: N801 - a decorator
    """
    Make a function that gives a queryset one that gives its rows.

    Its first call in a language writes the SQL, with stand-ins where the arguments lie; the next
    ones put their arguments there. So nothing but these decides what the query looks like: no
    clock and no setting. An argument is a UUID, a text, a number, a moment or, for `any_of`, a
    list of UUIDs, and ends up in the query as it is; or it is a flag, None or a choice, of which
    each has an SQL of its own.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Row]"]) -> None:
        self._build = build
        self._plans: dict[Any, _Plan[Row]] = {}
        update_wrapper(self, build)

    def __call__(self, *values: Any) -> list[Row]:
        """:raises ValueError: at the first call, if the SQL would not serve for the next ones"""
        shape = (get_language(), *map(_shape, values))
        plan = self._plans.get(shape)
        if plan is None:
            stand_ins = [_stand_in(value, place) for place, value in enumerate(values)]
            plan = self._plans[shape] = _Plan(self._build(*stand_ins), stand_ins)
        return plan.rows(values)


class _Plan(Generic[Row]):
    """The SQL of a query, whose arguments it takes, and how its rows are read."""

    def __init__(self, queryset: "QuerySet[Any, Row]", stand_ins: Sequence[Any]) -> None:
        self._queryset = queryset
        self._compiler = queryset.query.get_compiler(queryset.db)
        text, values = self._compiler.as_sql()
        self._places: list[int] = []
        self._sql = self._with_marks(text, iter(values), stand_ins)
        columns = [column[0] for column in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)
        # It would stay open after its thread; each call puts its own there.
        self._compiler.connection = None

    def rows(self, values: Sequence[Any]) -> list[Row]:
        alias = self._queryset.db
        given = [_written(values[place]) for place in self._places]
        compiler = _Ready.__new__(_Ready)
        compiler.__dict__ = {
            **self._compiler.__dict__,
            "connection": connections[alias],
            "run": lambda: statements.rows(self._sql, given, alias),
            "converters": self._converters,
        }
        query = _like(self._queryset.query, get_compiler=lambda *_, **__: compiler)
        return list(_like(self._queryset, _query=query, _db=alias))

    def _with_marks(self, text: str, values: Iterator[Any], stand_ins: Sequence[Any]) -> str:
        """The SQL with its constants in it, and marks for the arguments alone."""
        connection = connections[self._queryset.db]
        connection.ensure_connection()
        places = {
            _written(each): place for place, each in enumerate(stand_ins) if not _is_flag(each)
        }

        def marked(found: "re.Match[str]") -> str:
            if found[0] == "%%":
                return "%%"
            value = next(values)
            if type(value) in _ARGUMENTS and value in places:
                self._places.append(places[value])
                return "%s"
            if isinstance(value, date):
                raise ValueError(f"The clock would stand still at {value}: make it an argument.")  # noqa: TRY004
            return sql.Literal(value).as_string(connection.connection).replace("%", "%%")

        written = _MARKS.sub(marked, text)
        if missing := set(places.values()) - set(self._places):
            raise ValueError(f"Arguments {sorted(missing)} are not in the query as they are.")
        return written


class _Ready(SQLCompiler):
    """A compiler whose work is done."""

    run: Callable[[], list[tuple[Any, ...]]]
    converters: dict[int, Any]

    def execute_sql(self, *_: Any, **__: Any) -> Any:
        return [self.run()]

    def get_converters(self, _expressions: Any) -> Any:
        return self.converters


_ARGUMENTS = (UUID, str, int, datetime)
_MANY = (list, tuple, Keys)


def _is_flag(value: Any) -> bool:
    return value is None or isinstance(value, (bool, Enum))


def _shape(value: Any) -> Any:
    """What of an argument decides the SQL."""
    if _is_flag(value):
        return value
    return list if isinstance(value, _MANY) else type(value)


def _stand_in(value: Any, place: int) -> Any:
    """An argument of the same kind that no query has by chance."""
    key = UUID(int=(0x57A4D << 100) + place)
    if _is_flag(value):
        return value
    if isinstance(value, _MANY):
        return [key]
    if isinstance(value, UUID):
        return key
    if isinstance(value, datetime):
        return datetime(9000, 1, 1 + place, tzinfo=UTC)
    return 31_000 + place if isinstance(value, int) else f"stand-in {place}"


def _written(value: Any) -> Any:
    return array_of(value) if isinstance(value, _MANY) else value


def _like(thing: Thing, **changes: Any) -> Thing:
    """A copy of a queryset or a query with other attributes; their own copies cost far more."""
    twin = thing.__class__.__new__(thing.__class__)
    twin.__dict__ = {**thing.__dict__, **changes}
    return twin
