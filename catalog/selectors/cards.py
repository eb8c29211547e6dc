"""Products as cards."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, JSONField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.lookups import localized
from catalog.models import Product, ProductImage, Variant, VariantOption
from catalog.selectors.prices import lowest_of, of_offer
from catalog.selectors.types import Card, CardPicture, Colour
from core.lookups import AnyOf
from core.pages import shows
from core.planned import planned

_MOST_DOTS = 6
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
    found = {row.pk: _card(row) for row in _rows(list(products))} if products else {}
    return tuple(found[key] for key in products if key in found)


@planned
def _rows(products: list[UUID]) -> QuerySet[Product, Any]:
    """What a card tells, as plain values: rows of models would be a good part of a page's work."""
    rows = Product.objects.filter(AnyOf(F("pk"), products)).annotate(
        text=localized("name"), sold_as=_variants(), image=_first_image()
    )
    return rows.values_list(*_COLUMNS, named=True)


def _variants() -> Func:
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
    found = ArraySubquery(rows.order_by("position", "pk").values_list(variant))
    return Func(found, function="to_jsonb", output_field=JSONField())


def _first_image() -> Subquery:
    image = JSONObject(
        name="picture",
        width="width",
        height="height",
        alt=localized("alt"),
        widths="rendition_widths",
    )
    rows = ProductImage.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return Subquery(rows.values_list(image)[:1])


def _card(row: Any) -> Card:
    variants: list[dict[str, Any]] = row.sold_as
    return Card(
        id=row.pk,
        external_id=row.external_id or str(row.pk),
        name=row.text,
        slug=row.slug,
        image=_picture(row.image) if row.image else None,
        price_from=row.price_from,
        list_price=row.list_price_from,
        lowest_price=_lowest(variants),
        has_price_range=len({variant["price"] for variant in variants}) > 1,
        rating=row.rating_average,
        rating_count=row.rating_count,
        availability=row.availability,
        brand=next((each["brand"] for each in variants if each["brand"]), ""),
        colours=_colours(variants),
        is_new=any(variant["is_new"] for variant in variants),
    )


def _picture(image: dict[str, Any]) -> CardPicture:
    return CardPicture(**image | {"widths": tuple(sorted(image["widths"]))})


def _lowest(variants: Sequence[dict[str, Any]]) -> Decimal | None:
    """What the cheapest variant has cost at least before its offer."""
    if not any(variant["periods"] for variant in variants):
        return None
    cheapest = min(variants, key=lambda each: (Decimal(each["price"]), Decimal(each["list_price"])))
    return lowest_of(Decimal(cheapest["price"]), cheapest["periods"] or ())


def _colours(variants: Sequence[dict[str, Any]]) -> tuple[Colour, ...]:
    found: dict[str, Colour] = {}
    for variant in variants:
        for dot in variant["dots"]:
            code = code_of(dot["key"])
            if code:
                found.setdefault(dot["key"], Colour(dot["key"], dot["label"], code))
    return tuple(found.values())[:_MOST_DOTS] if len(found) > 1 else ()
