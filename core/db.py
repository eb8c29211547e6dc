"""What every table of ours shares: keys, times, and rules that live in PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pgtrigger
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Round, Upper
from django.forms import DateTimeField
from django.utils.translation import gettext_lazy as _

from core.money import WHOLE_CURRENCIES

# PostgreSQL keeps times of other years as well, and Python cannot read those at the ends.
READABLE_YEARS = range(1900, 9000)
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


def searched(fields: str | Sequence[str], name: str) -> GinIndex:
    """An index by which Django's `icontains` finds any part of the text of each column."""
    columns = [fields] if isinstance(fields, str) else fields
    return GinIndex(*(OpClass(Upper(column), name="gin_trgm_ops") for column in columns), name=name)


def append_only() -> pgtrigger.Protect:
    """Facts are never rewritten: PostgreSQL refuses UPDATE and DELETE."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def append_only_but_erasable() -> tuple[pgtrigger.Protect, pgtrigger.Protect]:
    """Facts are never deleted, nor rewritten but to take a person's words and names out of them."""
    return (
        pgtrigger.Protect(name="undeletable", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name="append_only",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(NOT_ERASING),
        ),
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
    """Currencies without minor units, such as CLP, hold whole amounts only."""
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
