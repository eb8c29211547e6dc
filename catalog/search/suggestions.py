"""Suggestions while typing: products, and categories and brands to go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Value, When

from catalog.colours import COLOUR_OPTIONS
from catalog.lookups import localized
from catalog.models import Brand, Category, Family, VariantOption
from catalog.search.texts import base, split
from catalog.selectors.cards import Card, cards_of

_MAX_PLACES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A family, category or brand, or a product with its card."""

    kind: str
    label: str
    slug: str
    card: Card | None = None


def suggestions(query: str, keys: Sequence[str], limit: int) -> list[Suggestion]:
    """Families, categories and brands that start with the query, then products. 3 queries."""
    places = _places(query.strip())
    products = [UUID(key) for key in keys[: limit - len(places)]]
    cards = cards_of(products, _colours(query, products))
    return [*places, *(Suggestion("product", card.name, card.slug, card) for card in cards)]


def _colours(query: str, products: Sequence[UUID]) -> dict[str, list[str]]:
    """The colours of these products that the query names, by option key. 1 query."""
    words = {base(word) for word in split(query)}
    options = VariantOption.objects.filter(variant__product__in=products, key__in=COLOUR_OPTIONS)
    found: dict[str, list[str]] = {}
    rows = options.values_list("key", "value_key", "value_es", "value_en").distinct()
    for key, value_key, *labels in rows if products else ():
        names = [{base(word) for word in split(label or "")} for label in labels]
        if any(name and name <= words for name in names):
            found.setdefault(key, []).append(value_key)
    return found


def _places(query: str) -> list[Suggestion]:
    """Families before categories; names that start with the query first. 1 query."""
    if not query:
        return []
    texts = ("name_es", "name_en")
    begun, named = _begins(query, *texts), _begins(query, *texts, within=True)
    families = _named(Family.objects.filter(named, is_active=True), "family", begun)
    categories = _named(Category.objects.active().filter(named), "category", begun)
    begun, named = _begins(query, "name"), _begins(query, "name", within=True)
    brands = _named(Brand.objects.filter(named, is_active=True), "brand", begun)
    rows = families.union(categories, brands, all=True).order_by("later", "depth", "text", "slug")
    return [
        Suggestion(str(kind), str(text), slug)
        for kind, text, slug, _later, _depth in rows[:_MAX_PLACES]
    ]


def _begins(query: str, *fields: str, within: bool = False) -> Q:
    """The name, or `within` it a word, starts with the query."""
    condition = Q()
    for field in fields:
        condition |= Q(**{f"{field}__unaccent__istartswith": query})
        if within:
            condition |= Q(**{f"{field}__unaccent__icontains": f" {query}"})
    return condition


def _named(rows: QuerySet[Any], kind: str, begun: Q) -> Any:
    depths = {"family": Value(0), "brand": Value(1)}
    depth = depths.get(kind) or Case(When(parent=None, then=Value(1)), default=Value(2))
    return (
        rows.order_by()
        .annotate(
            kind=Value(kind),
            text=F("name") if kind == "brand" else localized("name"),
            later=Case(When(begun, then=Value(0)), default=Value(1)),
            depth=depth,
        )
        .values_list("kind", "text", "slug", "later", "depth")
    )
