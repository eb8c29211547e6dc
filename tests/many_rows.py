"""
Rows in every table that the back office shows, made by PostgreSQL in seconds.

They are made to be listed, not to be true: triggers, foreign keys and CHECK constraints are set
aside. Use it where the database is thrown away, or rolled back, afterwards.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import DateRangeField, DateTimeRangeField
from django.db import connection, models

from core.fields import CurrencyField, MoneyField

ROOT = Path(__file__).resolve().parent.parent
# What a column says where its type alone would not do: `n` counts the rows from 1.
SAID = {
    "orders_order.number": "'PED-20250101-' || lpad(n::text, 7, '0')",
    "orders_order.subtotal": "100",
    "orders_order.total": "100",
    "orders_orderline.unit_price": "100",
    "orders_orderline.total": "100",
    "payments_payment.gateway": "(ARRAY['card', 'wallet', 'cash'])[1 + n % 3]",
    "shipping_shipment.pickup_code": "''",
    "invoicing_fiscaldocument.number": "n",
    "accounts_user.email": "'persona' || n || '@example.com'",
    "accounts_user.is_superuser": "false",
    # There is one house: the first, unless the shop has it already.
    "accounts_seller.is_house": "n = 1 AND NOT EXISTS (SELECT FROM accounts_seller WHERE is_house)",
    "backoffice_undoable.permission": "'orders.change_order'",
    "catalog_category.parent_id": "NULL",
}
MINUTES_APART = 10
# The moment before the first row, in seconds: of a hundred thousand the last is made now.
FIRST = int(time.time()) - 100_000 * MINUTES_APART * 60


def fill(rows: Callable[[str], int]) -> None:
    """As many rows in each table of ours as `rows` says of its model's label, such as a.Order."""
    tables = [model for model in apps.get_models() if _is_ours(model)]
    numbers = {model: rows(model._meta.label) for model in tables}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in _without_checks(tables):
            cursor.execute(statement)
        for model in tables:
            cursor.execute(insert(model, numbers[model], lambda field: value(field, numbers)))
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def _is_ours(model: type[models.Model]) -> bool:
    folder = Path(apps.get_app_config(model._meta.app_label).path)
    return folder.parent == ROOT and model._meta.managed and not model._meta.proxy


def _without_checks(tables: Iterable[type[models.Model]]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype IN ('c', 'x') AND conrelid::regclass::text = ANY(%s)",
            [[model._meta.db_table for model in tables]],
        )
        return [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name in cursor]


def insert(model: type[models.Model], number: int, value_of: Callable[[Any], str]) -> str:
    """The statement that writes so many rows; `value_of` a field in the n-th is, as SQL."""
    fields = [each for each in model._meta.concrete_fields if not each.generated]
    fields = [each for each in fields if not isinstance(each, models.AutoField)]
    columns = ", ".join(f'"{each.column}"' for each in fields)
    values = ", ".join(map(value_of, fields))
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns})'
        f" SELECT {values} FROM generate_series(1, {number}) n ON CONFLICT DO NOTHING"
    )


def key(table: str, number: str = "n") -> str:
    """The key of a table's n-th row: in the order of time, as PostgreSQL's own are."""
    return (
        f"(lpad(to_hex({FIRST}000 + {number} * {MINUTES_APART * 60_000}::bigint), 12, '0')"
        f" || '7000' || substr(md5('{table}' || {number}), 1, 16))::uuid"
    )


def value(field: Any, numbers: dict[type[models.Model], int]) -> str:
    table = field.model._meta.db_table
    if said := SAID.get(f"{table}.{field.column}"):
        return said
    if field.primary_key and isinstance(field, models.UUIDField):
        return key(table)
    if field.is_relation:
        return _reference(field, numbers)
    if field.choices:
        values = [str(value) for value, _label in field.flatchoices if value not in ("", None)]
        quoted = ", ".join(f"'{value}'" for value in values)
        cast = field.db_type(connection)
        return f"(ARRAY[{quoted}])[1 + n % {len(values)}]::{cast}"
    return _plain(field, table)


def _reference(field: Any, numbers: dict[type[models.Model], int]) -> str:
    other = field.related_model
    if (
        other is field.model
        or other not in numbers
        or not isinstance(other._meta.pk, models.UUIDField)
    ):
        return "NULL" if field.null else "1"
    return key(other._meta.db_table, f"(1 + (n - 1) % {max(numbers[other], 1)})")


def _plain(field: Any, table: str) -> str:
    kinds: tuple[tuple[Any, str], ...] = (
        (CurrencyField, "'PEN'"),
        (MoneyField, "100 + n % 900"),
        (models.UUIDField, key(f"{table}.{field.column}")),
        (models.GenericIPAddressField, "'127.0.0.1'"),
        (models.DurationField, "interval '1 hour'"),
        (models.JSONField, f"'{'[]' if field.default is list else '{}'}'::jsonb"),
        (ArrayField, "'{}'"),
        (DateTimeRangeField, f"tstzrange({_when(field)}, NULL)"),
        (DateRangeField, "daterange(current_date - 7, current_date)"),
        (models.DateTimeField, _when(field)),
        (models.DateField, f"({_when(field)})::date"),
        (models.BooleanField, "n % 10 <> 0"),
        (models.FileField, "''"),
        (models.EmailField, "'persona' || n || '@example.com'"),
        (models.URLField, "''"),
        (models.CharField, _text(field)),
        (models.TextField, _text(field)),
        (models.DecimalField, "0.1"),
        (models.IntegerField, "n % 100" if not field.unique else "n"),
        (models.FloatField, "1"),
    )
    return next((said for kind, said in kinds if isinstance(field, kind)), "NULL")


def _told_apart(model: type[models.Model]) -> set[str]:
    """The columns in which rows must differ."""
    found = (each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint))
    return {name for each in found for name in each.fields}


def _when(field: Any) -> str:
    moment = f"to_timestamp({FIRST} + n * {MINUTES_APART * 60}::bigint)"
    return f"CASE WHEN n % 3 = 0 THEN {moment} END" if field.null else moment


def _text(field: Any) -> str:
    """Short ones are few words, as kinds and codes of countries are."""
    short = {"country": "'PE'", "language": "'es'"}
    if field.name in short:
        return short[field.name]
    most = field.max_length or 60
    if field.unique or field.name in _told_apart(field.model) or most > 40:
        return f"left('{field.name}-' || n, {most})"
    return f"left('{field.name[:4]}' || n % 7, {most})"
