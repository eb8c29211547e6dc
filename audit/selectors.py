"""The log as people read it: who changed what, with the values before and after."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from constance.models import Constance
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Field, Func, Model, Q, QuerySet, UUIDField, Value
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.models import User
from audit.models import Action, AuditEntry
from audit.values import of_setting, shown

Names = Mapping[tuple[Any, str], str]
SETTINGS = Constance._meta.db_table
PAGE = 50
MAX_KINDS_NAMED = 8


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody looks for in the log. Empty means everything."""

    words: str = ""
    person: str = ""
    table: str = ""
    action: str = ""
    ip: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    of: tuple[str, str] | None = None
    before: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One column of an entry in words; of secrets and of who was erased only that it changed."""

    column: str
    name: str
    before: str
    after: str
    is_unsaid: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry with names in the place of keys."""

    entry: AuditEntry
    action: Action
    kind: str
    page: str
    person: str
    impersonator: str
    where: str
    changes: list[Change]


class _Floor(Func):
    """The smallest key of a moment: the table is cut along its keys."""

    function = "audit_floor"
    output_field = UUIDField()


def entries(asked: Asked) -> QuerySet[AuditEntry]:
    """The entries that are asked for, latest first. At most 2 queries; other months stay closed."""
    exact = {"table": asked.table, "action": asked.action, "ip": asked.ip}
    found = AuditEntry.objects.filter(**{name: value for name, value in exact.items() if value})
    if asked.words:
        found = found.filter(Q(object_id=asked.words) | Q(label__istartswith=asked.words))
    if asked.of:
        found = found.filter(_of(*asked.of))
    if asked.person:
        people = User.objects.filter(email__icontains=asked.person).values_list("pk", flat=True)
        who = list(people[:PAGE])
        found = found.filter(Q(actor_id__in=who) | Q(impersonator_id__in=who))
    if asked.since:
        found = found.filter(id__gte=_Floor(Value(asked.since)))
    if asked.until:
        found = found.filter(id__lt=_Floor(Value(asked.until)))
    if asked.before:
        found = found.filter(id__lt=asked.before)
    return found.order_by("-id")


def _of(table: str, key: str) -> Q:
    """The row's own entries, and those of what belongs to it: numbers are keys in many tables."""
    belonging = Q(parent_id=key)
    if key.isdecimal():
        belonging &= Q(table__startswith=f"{table}_")
    return Q(table=table, object_id=key) | belonging


def last_hand(row: Model, columns: Collection[str], since: datetime) -> str:
    """
    Who was the last to change one of these columns since then: a person, or the shop itself.

    Empty where that was not written down. At most 2 queries.
    """
    changed = entries(Asked(table=row._meta.db_table, since=since)).filter(object_id=str(row.pk))
    entry = changed.filter(changes__has_any_keys=list(columns)).first()
    if entry is None:
        return ""
    person = User.objects.filter(pk=entry.actor_id).first() if entry.actor_id else None
    return str(person or gettext("the shop itself"))


def told(found: Iterable[AuditEntry]) -> list[Told]:
    """The entries in words. 1 query for the people and at most 8 for what other keys name."""
    rows = list(found)
    names = _names(rows)
    return [
        Told(
            entry=row,
            action=_action(row),
            kind=kind_of(row.table),
            page=_page(row),
            person=names.get((User, str(row.actor_id)), ""),
            impersonator=names.get((User, str(row.impersonator_id)), ""),
            where=_where(row.origin),
            changes=[
                _change(row, column, names)
                for column in sorted(row.changes)
                # A permission's name takes queries of its own; the entry's label has it.
                if _named_by(row.table, column) is not Permission
            ],
        )
        for row in rows
    ]


def _where(origin: str) -> str:
    """The origin in words; the log itself has the name of the task or page."""
    if origin.startswith("task "):
        return gettext("the shop itself")
    if origin.startswith("import "):
        return gettext("by the import “%(file)s”") % {"file": origin.removeprefix("import ")}
    if origin.startswith("bulk action "):
        return gettext("with many others at once")
    if origin.startswith("SQL as "):
        return gettext("in the database, past the shop")
    _method, _space, page = origin.partition(" /")
    return gettext("in the back office") if page.startswith("admin/") else gettext("in the shop")


def kinds() -> list[tuple[str, str]]:
    """The watched tables and what their rows are, by name. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = 'audit'"
        )
        tables = [row[0] for row in cursor.fetchall()]
    return sorted(((table, kind_of(table)) for table in tables), key=lambda kind: kind[1])


def kind_of(table: str) -> str:
    """What a row of that table is, as people say it."""
    model = model_of(table)
    if table == SETTINGS:
        return capfirst(gettext("setting"))
    if model is None:
        return table
    if not model._meta.auto_created:
        return capfirst(str(model._meta.verbose_name))
    # Django names these tables once, in the language of the moment.
    ends = [field.related_model for field in model._meta.concrete_fields if field.related_model]
    return " – ".join(capfirst(str(end._meta.verbose_name)) for end in ends)


def model_of(table: str) -> type[Model] | None:
    """The model of a table, including automatic many-to-many tables."""
    return _models().get(table)


@cache
def _models() -> dict[str, type[Model]]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in models if not model._meta.proxy}


def _action(row: AuditEntry) -> Action:
    """A setting has a row only where it is not as shipped: that row comes and goes with changes."""
    return Action.CHANGED if row.table == SETTINGS else Action(row.action)


def _page(row: AuditEntry) -> str:
    """The row's page in the back office, while it exists."""
    model = model_of(row.table)
    if model is None or row.action == Action.DELETED:
        return ""
    try:
        return reverse(
            f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[row.object_id]
        )
    except NoReverseMatch:
        return ""


def _change(row: AuditEntry, column: str, names: Names) -> Change:
    pair = row.changes[column]
    field = _field(row.table, column)
    if row.table == SETTINGS:
        name, values = row.label, [shown(of_setting(row.label, value)) for value in pair]
    else:
        name = capfirst(str(field.verbose_name)) if field else column
        other = _named_by(row.table, column)
        values = [names.get((other, str(value))) or shown(value, field) for value in pair]
    before, after = values
    return Change(
        column=column, name=name, before=before, after=after, is_unsaid=pair == [None, None]
    )


def _field(table: str, column: str) -> "Field[Any, Any] | None":
    model = model_of(table)
    fields = model._meta.concrete_fields if model else ()
    return next((field for field in fields if field.column == column), None)


def _named_by(table: str, column: str) -> type[Model] | None:
    """The model whose rows the column names by their keys."""
    field = _field(table, column)
    return field.related_model if field else None


def _names(rows: Sequence[AuditEntry]) -> Names:
    """The names behind the keys in these rows, if those rows still exist."""
    keys: defaultdict[type[Model], set[str]] = defaultdict(set)
    for row in rows:
        keys[User] |= {str(key) for key in (row.actor_id, row.impersonator_id) if key}
        for column, pair in row.changes.items():
            other = _named_by(row.table, column)
            if other and other is not Permission:
                keys[other] |= {str(key) for key in pair if key}
    most = sorted(keys, key=lambda model: len(keys[model]), reverse=True)
    asked: list[type[Model]] = [User, *most[:MAX_KINDS_NAMED]]
    return {
        (model, str(key)): str(named)
        for model in asked
        for key, named in model._default_manager.in_bulk(list(keys[model])).items()
    }
