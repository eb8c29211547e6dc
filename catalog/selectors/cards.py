"""Products as cards."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.lookups import localized
from catalog.models import Product, ProductImage, Variant, VariantOption
from catalog.selectors.prices import lowest_of, of_offer
from catalog.selectors.types import Card, Colour
from core.pages import shows

_MOST_DOTS = 6


def for_cards(products: QuerySet[Product]) -> QuerySet[Product]:
    """What `cards_of` reads of products: no long texts."""
    texts = ("description", "description_es", "description_en", "attributes", "specifications")
    return products.select_related("seller").defer(*texts)


def cards_of(products: Sequence[Product]) -> tuple[Card, ...]:
    """The products as cards, in their order. 2 queries, whatever their number."""
    keys = [product.pk for product in products]
    shows("product", keys)
    variants: dict[UUID, list[Variant]] = {key: [] for key in keys}
    options = VariantOption.objects.filter(variant=OuterRef("pk"), key__in=COLOUR_OPTIONS)
    dots = ArraySubquery(options.values_list(JSONObject(key="value_key", label=localized("value"))))
    rows = Variant.objects.filter(product__in=keys, is_active=True).select_related("brand")
    for variant in rows.order_by("position", "pk").annotate(colour_dots=dots, periods=of_offer()):
        variants[variant.product_id].append(variant)
    images: dict[UUID, ProductImage] = {}
    for image in ProductImage.objects.filter(product__in=keys).order_by("position", "pk"):
        images.setdefault(image.product_id, image)
    return tuple(
        _card(product, variants[product.pk], images.get(product.pk)) for product in products
    )


def _card(product: Product, variants: Sequence[Variant], image: ProductImage | None) -> Card:
    prices = {variant.price for variant in variants}
    cheapest = min(variants, key=lambda each: (each.price, each.list_price), default=None)
    brand = next((variant.brand for variant in variants if variant.brand), None)
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
        brand=brand.name if brand else "",
        seller="" if product.seller.is_house else product.seller.name,
        variant_id=variants[0].pk if len(variants) == 1 else None,
        colours=_colours(variants),
        is_new=any(variant.is_new for variant in variants),
        is_featured=any(variant.is_featured for variant in variants),
        language=product.language,
    )


def _lowest(variant: Variant) -> Decimal | None:
    return lowest_of(variant.price, getattr(variant, "periods", None) or ())


def _colours(variants: Sequence[Variant]) -> tuple[Colour, ...]:
    found: dict[str, Colour] = {}
    for variant in variants:
        for dot in getattr(variant, "colour_dots", ()):
            code = code_of(dot["key"])
            if code:
                found.setdefault(dot["key"], Colour(dot["key"], dot["label"], code))
    return tuple(found.values())[:_MOST_DOTS] if len(found) > 1 else ()
