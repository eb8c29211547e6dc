"""What the letters typed so far may mean: products, and places to go."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When

from catalog.lookups import localized
from catalog.models import Brand, Category, Family, Product, ProductImage

_MAX_PLACES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product, family, category or brand that the typed letters may mean."""

    kind: str
    label: str
    slug: str
    price: Decimal | None = None
    image: ProductImage | None = None


def suggestions(query: str, keys: Sequence[str], limit: int) -> list[Suggestion]:
    """Families, categories, brands with a word that begins like it, then products. 3 queries."""
    places = _places(query.strip())
    return [*places, *_products(keys[: limit - len(places)])]


def _products(keys: Sequence[str]) -> list[Suggestion]:
    """2 queries."""
    first = ProductImage.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    shown = Product.objects.annotate(image=Subquery(first.values("pk")[:1]))
    rows = shown.only("name", "slug", "price_from").in_bulk([UUID(key) for key in keys])
    images = ProductImage.objects.in_bulk([row.image for row in rows.values() if row.image])
    return [
        Suggestion("product", row.name, row.slug, row.price_from, images.get(row.image))
        for row in (rows.get(UUID(key)) for key in keys)
        if row
    ]


def _places(query: str) -> list[Suggestion]:
    """The widest first, and of those the ones that begin with the text. 1 query."""
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
    """A name begins with the text; `within` it one of its words may."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__unaccent__istartswith": query})
        if within:
            found |= Q(**{f"{field}__unaccent__icontains": f" {query}"})
    return found


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
