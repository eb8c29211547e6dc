"""Products as cards."""

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
from core.database.lookups import AnyOf, AsJSON

# In the order of a card's values.
_COLUMNS = (
    *("pk", "external_id", "text", "slug", "availability", "price_from", "list_price_from"),
    *("rating_average", "rating_count", "sold_as", "pictures"),
)


def cards_of(
    products: Sequence[UUID], wanted: Mapping[str, Sequence[str]] | None = None
) -> tuple[Card, ...]:
    """
    The products with these keys as cards, in their order, without those that are gone.

    A card shows the variant with the `wanted` values of options, by the keys of these, if there is
    one. 1 query, none without keys. The caller makes sure that shoppers may see them.
    """
    tag("product", products)
    narrowed = tuple((key, tuple(values)) for key, values in (wanted or {}).items())
    rows = _rows(list(products)) if products else []
    found = {row[0]: Card(*row)._replace(wanted=narrowed) for row in rows}
    return tuple(found[key] for key in products if key in found)


def _rows(products: list[UUID]) -> QuerySet[Product, Any]:
    """What a card tells, as plain values: rows of models would be a good part of a page's work."""
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
    """The first picture of each owner: of the product, of a value of an option, of a variant."""
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
