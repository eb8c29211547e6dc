"""Rows that cannot be deleted. The database enforces it; this tells before."""

from typing import Any, TypeVar

from django.db.models import PROTECT, Exists, Model, OuterRef, Q, QuerySet

from catalog.models import Product, Variant

ModelT = TypeVar("ModelT", bound=Model)


def protected_rows(rows: QuerySet[ModelT]) -> QuerySet[ModelT]:
    """The rows that orders, stock or other rows refer to. No query itself."""
    return rows.filter(_is_referred_to(rows.model))


def _is_referred_to(model: type[Model]) -> Q:
    """Whether a protected foreign key refers to the row, or to a variant of a product."""
    found = Q(pk=None)
    for relation in model._meta.get_fields(include_hidden=True):
        if getattr(relation, "on_delete", None) is PROTECT and not relation.concrete:
            field: Any = getattr(relation, "field", None)
            rows = field.model._default_manager.filter(**{field.name: OuterRef("pk")})
            found |= Q(Exists(rows))
    if model is Product:
        variants = Variant.objects.filter(_is_referred_to(Variant), product=OuterRef("pk"))
        found |= Q(Exists(variants))
    return found
