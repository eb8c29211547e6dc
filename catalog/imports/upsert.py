"""Writes only rows that are new or changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model

from core.database.copy import copy_rows
from core.locks import advisory_lock

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Changes(Generic[Row]):
    """The rows that were inserted and updated."""

    added: list[Row]
    changed: list[Row]

    def __iter__(self) -> Iterator[Row]:
        yield from self.added
        yield from self.changed


def lock_imports() -> None:
    """
    Make other imports wait until this transaction ends.

    Two imports of the same new products would otherwise insert them twice or deadlock.
    """
    advisory_lock("catalogue import", "")


def upsert(
    model: type[Row], rows: Sequence[Row], *, unique: Sequence[str], fields: Sequence[str]
) -> Changes[Row]:
    """
    Insert missing rows and update those that differ in `fields`. 3 queries.

    Rows are the same if all `unique` columns are equal; the first of these should be selective.
    """
    # Compare translated columns, as the plain name depends on the active language.
    compared = [_column(model, name) for name in fields if f"{name}_es" not in fields]
    asked = {f"{unique[0]}__in": {getattr(row, unique[0]) for row in rows}}
    known = {
        values[: len(unique)]: values[len(unique) :]
        for values in model._default_manager.filter(**asked).values_list(*unique, *compared)
    }
    added, changed = [], []
    for row in rows:
        before = known.get(_values(row, unique))
        if before is None:
            added.append(row)
        elif before != _values(row, compared):
            changed.append(row)
    copy_rows(added)
    model._default_manager.bulk_create(
        changed, update_conflicts=True, unique_fields=unique, update_fields=fields
    )
    return Changes(added, changed)


def _column(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "attname", name))


def _values(row: Model, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
