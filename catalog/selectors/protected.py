"""What cannot be deleted. The database holds it; this only says so before."""

from typing import Any, TypeVar

from django.db.models import PROTECT, Exists, Model, OuterRef, Q, QuerySet

from catalog.models import Product, Variant

ModelT = TypeVar("ModelT", bound=Model)


def protected_rows(rows: QuerySet[ModelT]) -> QuerySet[ModelT]:
    """Those of the rows that orders, stock or other rows refer to, which stay. No query itself."""
    return rows.filter(_is_referred_to(rows.model))


def _is_referred_to(model: type[Model]) -> Q:
    """Asks every table that protects rows of the model; of a product also about its variants."""
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
