"""Queries for product cards."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from catalog.lookups import localized
from catalog.models import Product, ProductImage, Variant, VariantOption
from catalog.selectors.card import Card
from core.caching.page import tag
from core.database.compiled import compiled
from core.database.lookups import AnyOf, AsJSON

# In the order of Card's fields.
_COLUMNS = (
    *("pk", "external_id", "text", "slug", "availability", "price_from", "list_price_from"),
    *("rating_average", "rating_count", "sold_as", "pictures"),
)


def cards_of(
    products: Sequence[UUID], wanted: Mapping[str, Sequence[str]] | None = None
) -> tuple[Card, ...]:
    """
    Cards of these products in this order; missing ones are left out.

    A card shows a variant with the `wanted` values of options, if there is one. Visibility is up to
    the caller. 1 query, none without products.
    """
    tag("product", products)
    narrowed = tuple((key, tuple(values)) for key, values in (wanted or {}).items())
    rows = _rows(list(products)) if products else []
    found = {row[0]: Card(*row)._replace(wanted=narrowed) for row in rows}
    return tuple(found[key] for key in products if key in found)


@compiled
def _rows(products: list[UUID]) -> QuerySet[Product, Any]:
    """Plain values, as model instances would take a good part of a page's time."""
    rows = Product.objects.filter(AnyOf(F("pk"), products)).annotate(
        text=localized("name"), sold_as=_variants(), pictures=_pictures()
    )
    return rows.values_list(*_COLUMNS)


def _variants() -> AsJSON:
    option = JSONObject(key="key", value="value_key", label=localized("value"))
    options = VariantOption.objects.filter(variant=OuterRef("pk")).values_list(option)
    variant = JSONObject(
        id="pk",
        availability="availability",
        price=Cast("price", TextField()),
        is_new="is_new",
        brand="brand__name",
        options=ArraySubquery(options),
    )
    rows = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    return AsJSON(ArraySubquery(rows.order_by("position", "pk").values_list(variant)))


def _pictures() -> AsJSON:
    """The first picture of each owner: the product, an option value, a variant."""
    owner = ("variant", "option_key", "value_key")
    names = (*owner, "width", "height", "position")
    image = JSONObject(
        **{name: name for name in names},
        id="pk",
        name="picture",
        alt=localized("alt"),
        widths="rendition_widths",
    )
    rows = ProductImage.objects.filter(product=OuterRef("pk"))
    firsts = rows.order_by(*owner, "position", "pk").distinct(*owner)
    return AsJSON(ArraySubquery(firsts.values_list(image)))
