"""Products as cards."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from catalog.colours import COLOUR_OPTIONS
from catalog.lookups import localized
from catalog.models import Product, ProductImage, Variant, VariantOption
from catalog.selectors.card import Card
from catalog.selectors.prices import of_offer
from core.lookups import AnyOf, AsJSON
from core.pages import shows
from core.planned import planned

# In the order of a card's values.
_COLUMNS = (
    *("pk", "external_id", "text", "slug", "availability", "price_from", "list_price_from"),
    *("rating_average", "rating_count", "sold_as", "image"),
)


def cards_of(products: Sequence[UUID]) -> tuple[Card, ...]:
    """
    The products with these keys as cards, in their order, without those that are gone.

    1 query, none without keys. Whoever asks has made sure that shoppers may see them.
    """
    shows("product", products)
    found = {row[0]: Card(*row) for row in _rows(list(products))} if products else {}
    return tuple(found[key] for key in products if key in found)


@planned
def _rows(products: list[UUID]) -> QuerySet[Product, Any]:
    """What a card tells, as plain values: rows of models would be a good part of a page's work."""
    rows = Product.objects.filter(AnyOf(F("pk"), products)).annotate(
        text=localized("name"), sold_as=_variants(), image=_first_image()
    )
    return rows.values_list(*_COLUMNS)


def _variants() -> AsJSON:
    options = VariantOption.objects.filter(variant=OuterRef("pk"), key__in=COLOUR_OPTIONS)
    dots = ArraySubquery(options.values_list(JSONObject(key="value_key", label=localized("value"))))
    variant = JSONObject(
        price=Cast("price", TextField()),
        list_price=Cast("list_price", TextField()),
        is_new="is_new",
        brand="brand__name",
        dots=dots,
        periods=of_offer(),
    )
    rows = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    return AsJSON(ArraySubquery(rows.order_by("position", "pk").values_list(variant)))


def _first_image() -> Subquery:
    image = JSONObject(
        name="picture",
        width="width",
        height="height",
        alt=localized("alt"),
        widths="rendition_widths",
    )
    rows = ProductImage.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return Subquery(rows.values_list(Cast(image, TextField()))[:1])
