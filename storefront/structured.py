"""What pages tell search engines, in schema.org's words."""

from typing import Any
from urllib.parse import quote

from constance import config
from django.http import HttpRequest
from django.urls import reverse

from catalog.models import Availability, Variant
from catalog.selectors import ProductPage
from storefront import selectors

MOST_VARIANTS = 50
PROPERTIES = {"color": "https://schema.org/color", "size": "https://schema.org/size"}


def home(request: HttpRequest) -> dict[str, Any]:
    """The shop and its search box."""
    shop = selectors.frame().shop
    url = request.build_absolute_uri(reverse("storefront:home"))
    search = request.build_absolute_uri(reverse("storefront:search"))
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "OnlineStore",
                "name": shop.name,
                "legalName": shop.legal_name or shop.name,
                "description": shop.description,
                "url": url,
                "logo": shop.og_image,
                "hasMerchantReturnPolicy": _returns(),
            },
            {
                "@type": "WebSite",
                "name": shop.name,
                "url": url,
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": f"{search}?q={{words}}",
                    "query-input": "required name=words",
                },
            },
        ],
    }


def product(page: ProductPage, request: HttpRequest) -> dict[str, Any]:
    """A product with its offer, or with the offer of each variant."""
    url = request.build_absolute_uri(request.path)
    shown: dict[str, Any] = {
        "@context": "https://schema.org",
        "name": page.product.name,
        "description": (page.product.description or page.product.name)[:500],
        "url": url,
        "image": [
            request.build_absolute_uri(image.picture.url) for image in page.images[:MOST_VARIANTS]
        ],
    }
    if page.brand:
        shown["brand"] = {"@type": "Brand", "name": page.brand.name}
    if page.product.rating_count:
        shown["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(page.product.rating_average),
            "reviewCount": page.product.rating_count,
        }
    return shown | (_one(page, url) if len(page.variants) == 1 else _group(page, url))


def _one(page: ProductPage, url: str) -> dict[str, Any]:
    return {"@type": "Product", "sku": page.variant.sku, "offers": _offer(page.variant, url)}


def _group(page: ProductPage, url: str) -> dict[str, Any]:
    varies = [PROPERTIES.get(group.key, group.label) for group in page.options] or ["brand"]
    return {
        "@type": "ProductGroup",
        "productGroupID": page.product.sku,
        "variesBy": varies,
        "hasVariant": [
            {
                "@type": "Product",
                "name": variant.name,
                "sku": variant.sku,
                "offers": _offer(variant, url),
            }
            for variant in page.variants[:MOST_VARIANTS]
        ],
    }


def _offer(variant: Variant, url: str) -> dict[str, Any]:
    is_gone = variant.availability == Availability.SOLD_OUT
    return {
        "@type": "Offer",
        "url": f"{url}?v={quote(variant.sku)}",
        "price": str(variant.price),
        "priceCurrency": config.CURRENCY,
        "availability": f"https://schema.org/{'OutOfStock' if is_gone else 'InStock'}",
        "itemCondition": "https://schema.org/NewCondition",
        "hasMerchantReturnPolicy": _returns(),
    }


def _returns() -> dict[str, Any]:
    return {
        "@type": "MerchantReturnPolicy",
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": config.RETURN_DAYS,
    }
