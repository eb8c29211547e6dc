"""Structured data for search engines, by schema.org."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from constance import config
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from catalog.models import Availability, Variant
from catalog.selectors import ProductPage, pictures_for
from core.mail.message import absolute
from storefront import selectors
from storefront.contact import Contact

MAX_VARIANTS = 50
# Options that schema.org and Google know.
PROPERTIES = {name: f"https://schema.org/{name}" for name in ("color", "size", "material")}


def home() -> dict[str, Any]:
    """The shop and its search box."""
    shop = selectors.frame().shop
    url = absolute(reverse("storefront:home"))
    search = absolute(reverse("storefront:search"))
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": ["OnlineStore", "LocalBusiness"]
                if shop.contact.address
                else "OnlineStore",
                "name": shop.name,
                "legalName": shop.legal_name or shop.name,
                "description": shop.description,
                "url": url,
                "logo": shop.og_image,
                "hasMerchantReturnPolicy": _returns(),
                **_contact_point(shop.contact),
                **_place(shop.contact),
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


def _contact_point(contact: Contact) -> dict[str, Any]:
    """How customers reach the shop; nothing where no channel is set."""
    known = {channel.kind: channel.value for channel in contact.channels}
    number = known.get("phone") or known.get("whatsapp")
    ways = {"telephone": number, "email": known.get("email")}
    if not known:
        return {}
    point = {
        "@type": "ContactPoint",
        "contactType": "customer service",
        "url": absolute(reverse("storefront:contact")),
        "availableLanguage": [code for code, _name in settings.LANGUAGES],
    }
    return {"contactPoint": point | {name: way for name, way in ways.items() if way}}


def _place(contact: Contact) -> dict[str, Any]:
    """Where the shop is open to customers; nothing without an address."""
    return {"address": contact.address, "hasMap": contact.map_url} if contact.address else {}


def product(page: ProductPage, gallery: Sequence[Mapping[str, Any]], path: str) -> dict[str, Any]:
    """A product with its offer, or with the offer of each variant; `gallery` shows its images."""
    url = absolute(path)
    shown: dict[str, Any] = {
        "@context": "https://schema.org",
        "name": page.product.name,
        "description": (page.product.description or page.product.name)[:500],
        "url": url,
        "image": [absolute(picture["full_url"]) for picture in gallery[:MAX_VARIANTS]],
    }
    if page.brand:
        shown["brand"] = {"@type": "Brand", "name": page.brand.name}
    if page.product.rating_count:
        shown["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(page.product.rating_average),
            "reviewCount": page.product.rating_count,
        }
    if len(page.variants) > 1:
        return shown | _group(page, url)
    offer = _offer(page.variant, url)
    return shown | {"@type": "Product", **_identifiers(page.variant), "offers": offer}


def _group(page: ProductPage, url: str) -> dict[str, Any]:
    varies = [PROPERTIES.get(group.key, group.label) for group in page.options]
    return {
        "@type": "ProductGroup",
        "productGroupID": page.product.sku,
        "variesBy": varies or ["brand"],
        "hasVariant": [_variant(page, variant, url) for variant in page.variants[:MAX_VARIANTS]],
    }


def _variant(page: ProductPage, variant: Variant, url: str) -> dict[str, Any]:
    """What Google wants of each, with the values that tell it from the others."""
    facts = {"@type": "Product", "name": variant.name, **_identifiers(variant)}
    if found := pictures_for(page.all_images, variant.pk):
        facts["image"] = absolute(default_storage.url(found[0].picture.name))
    if variant.brand is not None:
        facts["brand"] = {"@type": "Brand", "name": variant.brand.name}
    options = page.values.get(variant.pk, {}).items()
    known = {key: option.value for key, option in options if key in PROPERTIES}
    return facts | {"offers": _offer(variant, url)} | known


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
    if not config.RETURN_DAYS:
        return {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": config.COUNTRY,
            "returnPolicyCategory": "https://schema.org/MerchantReturnNotPermitted",
        }
    return {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": config.COUNTRY,
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": config.RETURN_DAYS,
    }
