"""
Queries of busy pages, compiled once.

Django takes longer to build and compile a queryset than PostgreSQL to run it
(docs/decisions/0037-a-dozen-compiled-queries.md).
"""

from collections.abc import Callable
from copy import copy
from datetime import date
from functools import update_wrapper
from inspect import signature
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import get_language
from psycopg import sql

from core.database import prepared
from core.database.lookups import as_array

Row = TypeVar("Row")


class compiled(Generic[Row]):  # noqa: N801 – a decorator
    """
    Make a function that returns a queryset one that returns its rows, compiled once per language.

    The function is called with `Argument`s. They may only be values of the query, so it cannot
    test or change them; lists are for `AnyOf`. It must not read the clock or a setting.
    """

    def __init__(self, build: "Callable[..., QuerySet[Any, Row]]") -> None:
        self._build = build
        self._arguments = [Argument(name) for name in signature(build).parameters]
        self._queries: dict[str | None, _Query[Row]] = {}
        update_wrapper(self, build)

    def __call__(self, *values: Any) -> list[Row]:
        """:raises ValueError: at the first call, if the query contains a date"""
        language = get_language()
        query = self._queries.get(language)
        if query is None:
            query = self._queries[language] = _Query(self._build(*self._arguments))
        return query.rows(dict(zip(self._arguments, values, strict=True)))


class Argument(Expression):
    """A value that each call of a compiled query sets."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class _Query(Generic[Row]):
    """A compiled queryset."""

    def __init__(self, queryset: "QuerySet[Any, Row]") -> None:
        self._queryset = queryset
        self._compiler = queryset.query.get_compiler(queryset.db)
        self._sql, self._arguments = self._with_constants(*self._compiler.as_sql())
        columns = [column for column, *_ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)
        # Connections belong to threads.
        self._compiler.connection = None

    def rows(self, values: dict[Argument, Any]) -> list[Row]:
        queryset, alias = self._queryset, self._queryset.db
        given = [
            as_array(value) if isinstance(value, list | tuple) else value
            for value in (values[argument] for argument in self._arguments)
        ]
        compiler = copy(self._compiler)
        compiler.connection = connections[alias]
        compiler.get_converters = lambda _: self._converters
        compiler.execute_sql = lambda *_, **__: [prepared.rows(self._sql, given, alias)]
        query = _copy_with(queryset.query, get_compiler=lambda *_, **__: compiler)
        return list(_copy_with(queryset, _query=query, _db=alias))

    def _with_constants(self, text: str, values: tuple[Any, ...]) -> tuple[str, list[Argument]]:
        """The SQL with its constants as literals, so that PostgreSQL plans for them."""
        connection = connections[self._queryset.db]
        connection.ensure_connection()
        first, *rest = text.split("%s")
        written = [first]
        for value, after in zip(values, rest, strict=True):
            written += [_placeholder_or_literal(value, connection.connection), after]
        return "".join(written), [value for value in values if isinstance(value, Argument)]


def _placeholder_or_literal(value: Any, connection: Any) -> str:
    if isinstance(value, Argument):
        return "%s"
    if isinstance(value, date):
        raise ValueError(f"{value} would never change: make it an argument.")  # noqa: TRY004
    return sql.Literal(value).as_string(connection).replace("%", "%%")


def _copy_with(thing: Any, **attributes: Any) -> Any:
    """A shallow copy with other attributes; a clone of a queryset takes ten times as long."""
    twin = thing.__class__.__new__(thing.__class__)
    twin.__dict__ = {**thing.__dict__, **attributes}
    return twin
