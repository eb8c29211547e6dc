"""Moves all references from one row to another, in whatever table they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import PROTECT, ForeignKey, ManyToOneRel, Model, UniqueConstraint
from django_stubs_ext import StrOrPromise
from psycopg.errors import UniqueViolation

from catalog.models import SlugRedirect, SlugRedirectKind
from catalog.services.products import lock_products, with_products_locked


@dataclass(frozen=True)
class Reference:
    """The number of rows of a table that refer to the merged rows."""

    label: StrOrPromise
    count: int
    keeps_it: bool  # the foreign key protects what it refers to


def references(rows: Sequence[Model]) -> list[Reference]:
    """
    The references to these rows of one table, without those among themselves.

    1 query for each table.
    """
    kind = type(rows[0])
    counts = []
    for link in _links(kind):
        found = _model(link).objects.filter(**{f"{link.name}__in": rows})
        if link.model is kind:
            found = found.exclude(pk__in=[row.pk for row in rows])
        keeps_it = link.remote_field.on_delete is PROTECT
        counts.append(Reference(_label(link), found.count(), keeps_it))
    return [each for each in counts if each.count]


def lock_products_of(rows: Sequence[Model]) -> None:
    """
    Lock the products of all references to these rows, in key order.

    Before several rows are merged: each would lock its own products.
    """
    links = _links(type(rows[0])) if rows else ()
    lock_products(*(_model(link).objects.filter(**{f"{link.name}__in": rows}) for link in links))


def move_references(source: Model, target: Model) -> None:
    """
    Move all references from `source` to `target`.

    References that would violate a unique constraint are deleted, as the target has them already.
    """
    for link in _links(type(source)):
        rows = _model(link).objects.filter(**{link.name: source})
        if not _is_in_unique(link):
            with_products_locked(rows).update(**{link.name: target})
            continue
        for row in rows.order_by("pk"):
            _move_reference(row, link, target)


def _move_reference(row: Any, link: ForeignKey[Any, Any], target: Model) -> None:
    try:
        with transaction.atomic():
            _model(link).objects.filter(pk=row.pk).update(**{link.name: target})
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        row.delete()


def redirect_slug(kind: SlugRedirectKind, slug: str, target_slug: str) -> None:
    """Redirect a slug, and the slugs that led to it, to another row."""
    SlugRedirect.objects.filter(kind=kind, target_slug=slug).update(target_slug=target_slug)
    SlugRedirect.objects.create(kind=kind, slug=slug, target_slug=target_slug)


def _links(kind: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    """The foreign keys to this table, including those of many-to-many tables."""
    for relation in kind._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and isinstance(relation.field, ForeignKey):
            yield relation.field


def _model(link: ForeignKey[Any, Any]) -> Any:
    return link.model


def _label(link: ForeignKey[Any, Any]) -> StrOrPromise:
    """The table's name; for many-to-many tables, that of their owner."""
    owner: Any = link.model._meta.auto_created or link.model
    return cast("StrOrPromise", owner._meta.verbose_name_plural)


def _is_in_unique(link: ForeignKey[Any, Any]) -> bool:
    meta = link.model._meta
    groups = [rule.fields for rule in meta.constraints if isinstance(rule, UniqueConstraint)]
    return link.unique or any(link.name in group for group in (*groups, *meta.unique_together))
