"""What pages tell search engines, in schema.org's words."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from constance import config
from django.http import HttpRequest
from django.urls import reverse

from catalog.models import Availability, Variant
from catalog.selectors import Option, ProductPage
from storefront import selectors

MOST_VARIANTS = 50
# Of the options, those that schema.org and Google know.
PROPERTIES = {name: f"https://schema.org/{name}" for name in ("color", "size", "material")}


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


def product(
    page: ProductPage, gallery: Sequence[Mapping[str, Any]], request: HttpRequest
) -> dict[str, Any]:
    """A product with its offer, or with the offer of each variant; `gallery` shows its images."""
    root = request.build_absolute_uri("/").removesuffix("/")
    url = f"{root}{request.path}"
    addresses = [_absolute(picture["full_url"], root) for picture in gallery]
    shown: dict[str, Any] = {
        "@context": "https://schema.org",
        "name": page.product.name,
        "description": (page.product.description or page.product.name)[:500],
        "url": url,
        "image": addresses[:MOST_VARIANTS],
    }
    if page.brand:
        shown["brand"] = {"@type": "Brand", "name": page.brand.name}
    if page.product.rating_count:
        shown["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(page.product.rating_average),
            "reviewCount": page.product.rating_count,
        }
    return shown | (_one(page, url) if len(page.variants) == 1 else _group(page, url, addresses))


def _absolute(url: str, root: str) -> str:
    """Pictures may lie on another server."""
    return f"{root}{url}" if url.startswith("/") else url


def _one(page: ProductPage, url: str) -> dict[str, Any]:
    return {"@type": "Product", **_identifiers(page.variant), "offers": _offer(page.variant, url)}


def _group(page: ProductPage, url: str, addresses: Sequence[str]) -> dict[str, Any]:
    varies = [PROPERTIES.get(group.key, group.label) for group in page.options]
    pictures = zip((image.variant_id for image in page.images), addresses, strict=True)
    images = dict(reversed([*pictures]))
    shared = images.get(None) or next(iter(images.values()), None)
    return {
        "@type": "ProductGroup",
        "productGroupID": page.product.sku,
        "variesBy": varies or ["brand"],
        "hasVariant": [
            _variant(variant, images.get(variant.pk, shared), url)
            | _properties(page.values.get(variant.pk, {}))
            for variant in page.variants[:MOST_VARIANTS]
        ],
    }


def _variant(variant: Variant, picture: str | None, url: str) -> dict[str, Any]:
    """What Google wants of each, beside the values that tell it from the others."""
    facts = {"@type": "Product", "name": variant.name, **_identifiers(variant)}
    if picture:
        facts["image"] = picture
    if variant.brand is not None:
        facts["brand"] = {"@type": "Brand", "name": variant.brand.name}
    return facts | {"offers": _offer(variant, url)}


def _properties(options: Mapping[str, Option]) -> dict[str, str]:
    return {key: option.value for key, option in options.items() if key in PROPERTIES}


def _identifiers(variant: Variant) -> dict[str, Any]:
    """The shop's number, the one under the bars and the maker's."""
    known = {"sku": variant.sku, "gtin": variant.gtin, "mpn": variant.model}
    return {name: number for name, number in known.items() if number}


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
        "applicableCountry": config.COUNTRY,
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": config.RETURN_DAYS,
    }
