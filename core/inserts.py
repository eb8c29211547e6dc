"""New rows that every order writes: Django's way asks each of their columns a dozen questions."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault


def insert(rows: Iterable[Model]) -> None:
    """
    Write new rows of one model, as `bulk_create` does, and tell them what the database filled in.

    One statement, none without rows. Their keys are theirs already, or the database makes them.

    :raises IntegrityError: if the database refuses one of them; then none is inserted
    """
    new = list(rows)
    if not new:
        return
    values: list[Any] = []
    places = ", ".join(_place(row, values) for row in new)
    head, tail = _ends(type(new[0]))
    with connection.cursor() as cursor:
        cursor.execute(f"{head}{places}{tail}", values)
        for row, answer in zip(new, cursor.fetchall(), strict=True):
            _note(row, answer)


def _place(row: Model, values: list[Any]) -> str:
    """The row in the statement; what is not left to the database is added to the values."""
    marks = []
    for field in _fields(type(row)):
        value = field.pre_save(row, add=True)
        if isinstance(value, DatabaseDefault):
            marks.append("DEFAULT")
            continue
        values.append(field.get_db_prep_save(value, connection))
        placeholder: Any = getattr(field, "get_placeholder", None)
        marks.append(placeholder(value, None, connection) if placeholder else "%s")
    return f"({', '.join(marks)})"


def _note(row: Model, answer: tuple[Any, ...]) -> None:
    """What the database has made of the row, as if it had been read."""
    for field, value in zip(row._meta.db_returning_fields, answer, strict=True):
        known = value
        for convert in field.get_db_converters(connection):
            known = convert(known, None, connection)
        setattr(row, field.attname, known)
    row._state.adding = False  # noqa: SLF001 – there is no other way to say it
    row._state.db = DEFAULT_DB_ALIAS  # noqa: SLF001


@cache
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _ends(model: type[Model]) -> tuple[str, str]:
    """The statement before the rows, and after them."""
    quoted = connection.ops.quote_name
    meta = model._meta
    columns = ", ".join(quoted(str(field.column)) for field in _fields(model))
    known = ", ".join(quoted(str(field.column)) for field in meta.db_returning_fields)
    head = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES "  # noqa: S608 – names of ours
    return head, f" RETURNING {known}"
