"""What a shopper saved for later, as the components draw it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from cart.selectors import options_of, pictures_of
from catalog.models import Availability, Variant

Texts = dict[str, str]


def cards(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """A card of each variant, with its SKU and options, in their order. 2 queries."""
    pictures = pictures_of(variants)
    options = options_of([variant.pk for variant in variants])
    return [_card(each, pictures.get(each.pk), options.get(each.pk, {})) for each in variants]


def _card(variant: Variant, picture: dict[str, Any] | None, options: Texts) -> dict[str, Any]:
    product = variant.product
    on_offer = variant.price < variant.list_price
    address = reverse("storefront:product", args=[product.slug])
    return {
        "url": f"{address}?v={quote(variant.sku)}",
        "name": product.name,
        "brand": variant.brand.name if variant.brand else "",
        "picture": picture,
        "price": variant.price,
        "list_price": variant.list_price if on_offer else None,
        "rating": product.rating_average,
        "rating_count": product.rating_count,
        "is_few": variant.availability == Availability.LAST_FEW,
        "sold_out": variant.availability == Availability.SOLD_OUT,
        "sku": variant.sku,
        "options": " · ".join(options.values()),
    }
