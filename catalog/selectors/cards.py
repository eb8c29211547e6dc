"""Products as cards."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.lookups import localized
from catalog.models import Product, ProductImage, Variant, VariantOption
from catalog.selectors.prices import lowest_of, of_offer
from catalog.selectors.types import Card, Colour
from core.lookups import AnyOf
from core.pages import shows
from core.planned import planned

_MOST_DOTS = 6
_OF_PRODUCTS = (
    *("external_id", "name", "slug", "language", "availability", "price_from", "list_price_from"),
    *("rating_average", "rating_count", "category", "seller__name", "seller__is_house"),
)
_OF_IMAGES = ("product", "picture", "width", "height", "alt", "rendition_widths")


def for_cards(products: QuerySet[Product]) -> QuerySet[Product]:
    """What `cards_of` reads of products; whole rows would be a good part of a page's work."""
    return products.select_related("seller").only(*_OF_PRODUCTS)


def products_by_key(keys: Iterable[UUID]) -> list[Product]:
    """For `cards_of`, in no order. 1 query."""
    return _named(list(keys))


@planned
def _named(products: list[UUID]) -> QuerySet[Product]:
    return for_cards(Product.objects.filter(AnyOf(F("pk"), products)))


def cards_of(products: Sequence[Product]) -> tuple[Card, ...]:
    """The products as cards, in their order. 2 queries, whatever their number."""
    keys = [product.pk for product in products]
    shows("product", keys)
    variants: dict[UUID, list[Any]] = {key: [] for key in keys}
    for variant in _variants(keys):
        variants[variant.product_id].append(variant)
    images = {image.product_id: image for image in _first_images(keys)}
    return tuple(
        _card(product, variants[product.pk], images.get(product.pk)) for product in products
    )


@planned
def _variants(products: list[UUID]) -> QuerySet[Variant, Any]:
    """What a card tells of its variants; whole rows of these would be most of a page's work."""
    options = VariantOption.objects.filter(variant=OuterRef("pk"), key__in=COLOUR_OPTIONS)
    dots = ArraySubquery(options.values_list(JSONObject(key="value_key", label=localized("value"))))
    rows = Variant.objects.filter(AnyOf(F("product"), products), is_active=True)
    return (
        rows.order_by("position", "pk")
        .annotate(brand_name=F("brand__name"), colour_dots=dots, periods=of_offer())
        .values_list(
            *("pk", "product_id", "price", "list_price", "is_new", "is_featured"),
            *("brand_name", "colour_dots", "periods"),
            named=True,
        )
    )


@planned
def _first_images(products: list[UUID]) -> QuerySet[ProductImage]:
    rows = ProductImage.objects.filter(AnyOf(F("product"), products))
    return rows.order_by("product", "position", "pk").distinct("product").only(*_OF_IMAGES)


def _card(product: Product, variants: Sequence[Any], image: ProductImage | None) -> Card:
    prices = {variant.price for variant in variants}
    cheapest = min(variants, key=lambda each: (each.price, each.list_price), default=None)
    return Card(
        id=product.pk,
        external_id=product.external_id or str(product.pk),
        name=product.name,
        slug=product.slug,
        image=image,
        price_from=product.price_from,
        list_price=product.list_price_from,
        lowest_price=_lowest(cheapest) if cheapest else None,
        has_price_range=len(prices) > 1,
        rating=product.rating_average,
        rating_count=product.rating_count,
        availability=product.availability,
        brand=next((each.brand_name for each in variants if each.brand_name), ""),
        seller="" if product.seller.is_house else product.seller.name,
        variant_id=variants[0].pk if len(variants) == 1 else None,
        colours=_colours(variants),
        is_new=any(variant.is_new for variant in variants),
        is_featured=any(variant.is_featured for variant in variants),
        language=product.language,
    )


def _lowest(variant: Any) -> Decimal | None:
    return lowest_of(variant.price, variant.periods or ())


def _colours(variants: Sequence[Any]) -> tuple[Colour, ...]:
    found: dict[str, Colour] = {}
    for variant in variants:
        for dot in variant.colour_dots:
            code = code_of(dot["key"])
            if code:
                found.setdefault(dot["key"], Colour(dot["key"], dot["label"], code))
    return tuple(found.values())[:_MOST_DOTS] if len(found) > 1 else ()
