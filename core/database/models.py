"""What every table of ours shares: keys, times, and rules that live in PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import pgtrigger
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Round, Upper
from django.forms import DateTimeField
from django.utils.translation import gettext_lazy as _

from core.money import WHOLE_CURRENCIES

# The server is unavailable, hangs, or cancelled the statement: a retry may succeed.
DATABASE_AWAY = (OperationalError, InterfaceError)
# PostgreSQL keeps times of other years as well, and Python cannot read those at the ends.
READABLE_YEARS = range(1900, 9000)
# The days that people may ask for.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
_ERASING = "shop.erasing"
# For the conditions of triggers that keep facts as they are: see `erasing`.
NOT_ERASING = f"current_setting('{_ERASING}', true) IS DISTINCT FROM 'on'"


class UUIDv7(Func):
    """PostgreSQL 18's time-ordered key."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


class Entity(models.Model):
    """A row with a time-ordered key that knows when it was made and when it last changed."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    created_at = models.DateTimeField(_("created"), db_default=TransactionNow(), editable=False)
    updated_at = models.DateTimeField(
        _("last changed"), db_default=TransactionNow(), editable=False
    )

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Trigger(
                name="touch",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"),
                func="NEW.updated_at = now(); RETURN NEW;",
            )
        ]


def said(row: models.Model, name: str) -> str:
    """What a row names, in words where it has been read, else its key: it asks nothing."""
    field = row._meta.get_field(name)
    is_read = isinstance(field, models.ForeignKey) and field.is_cached(row)
    return str(getattr(row, name if is_read else f"{name}_id"))


def searched(fields: str | Sequence[str], name: str) -> GinIndex:
    """An index by which Django's `icontains` finds any part of the text of each column."""
    columns = [fields] if isinstance(fields, str) else fields
    return GinIndex(*(OpClass(Upper(column), name="gin_trgm_ops") for column in columns), name=name)


def append_only() -> tuple[pgtrigger.Trigger, ...]:
    """Facts are never rewritten: PostgreSQL refuses UPDATE, DELETE and TRUNCATE."""
    written = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
    return written, _untruncatable()


def undeletable() -> tuple[pgtrigger.Trigger, ...]:
    """Rows change, but none goes: PostgreSQL refuses DELETE and TRUNCATE."""
    return pgtrigger.Protect(name="undeletable", operation=pgtrigger.Delete), _untruncatable()


def append_only_but_erasable(*columns: str) -> tuple[pgtrigger.Trigger, ...]:
    """Facts are never deleted, nor rewritten but to take a person out of these columns."""
    return (
        *undeletable(),
        pgtrigger.Protect(
            name="append_only",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(NOT_ERASING),
        ),
        pgtrigger.ReadOnly(name="keeps_the_rest", exclude=list(columns)),
    )


def keeps(model: type[models.Model]) -> tuple[bool, list[str] | None]:
    """Whether triggers keep every row, and the columns that may change; None for all of them."""
    found: list[pgtrigger.Trigger] = getattr(model._meta, "triggers", [])
    always = [
        (each, each.operation)
        for each in found
        if isinstance(each, pgtrigger.Protect) and each.condition is None and each.operation
    ]
    keeps_rows = any(pgtrigger.Delete in operation for _each, operation in always)
    for each, operation in always:
        if isinstance(each, pgtrigger.ReadOnly) and each.exclude:
            names = set(each.exclude)
            return keeps_rows, [
                f.column for f in model._meta.concrete_fields if f.name in names and f.column
            ]
        if not isinstance(each, pgtrigger.ReadOnly) and pgtrigger.Update in operation:
            return keeps_rows, []
    return keeps_rows, None


def _untruncatable() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="untruncatable",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
    )


@contextmanager
def erasing() -> Iterator[None]:
    """One transaction, in which facts may lose what they say of a person (docs/privacy.md)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [_ERASING])
        yield
        cursor.execute("SELECT set_config(%s, '', true)", [_ERASING])


def known_values(
    field: str, choices: type[models.TextChoices], name: str
) -> models.CheckConstraint:
    """The column holds one of the enum's values."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)


def whole_amounts(fields: Iterable[str], name: str) -> models.CheckConstraint:
    """Currencies without minor units, for example CLP, hold whole amounts only."""
    whole = Q()
    for field in fields:
        whole &= Q(**{field: Round(F(field))}) | Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(
        condition=~Q(currency__in=sorted(WHOLE_CURRENCIES)) | whole, name=name
    )


def check_window(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """
    Say beside the field what the constraint of a table with a window would refuse.

    :raises ValidationError: if the end is not after the start, or nobody could read one of them
    """
    for name, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        if moment and moment.year not in READABLE_YEARS:
            raise ValidationError({name: DateTimeField.default_error_messages["invalid"]})
    if starts_at and ends_at and ends_at <= starts_at:
        raise ValidationError({"ends_at": _("The end is not after the start.")})
