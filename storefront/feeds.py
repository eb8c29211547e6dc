"""The products as Google Merchant Center reads them: an item for each variant, in RSS 2.0."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote, urljoin
from uuid import UUID
from xml.sax.saxutils import escape

from constance import config
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.core.files.temp import NamedTemporaryFile
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import get_language, override

from catalog.imports.writer import shortened
from catalog.models import Availability, Product, ProductKind, Variant
from catalog.selectors import pictures_for, with_variants
from catalog.spreadsheets.columns import category_paths, ordered_options
from core.database.replica import answered
from storefront import selectors

_CHUNK = 500
_MAX_PICTURES = 10
_MAX = {"g:id": 50, "g:title": 150, "g:description": 5000, "g:mpn": 70, "g:brand": 70}
# Google's names of options, by our keys.
_OPTIONS = {"color": "g:color", "size": "g:size", "material": "g:material"}
# Characters that XML cannot hold.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Pairs = Iterator[tuple[str, object]]


def google(language: str) -> Iterator[str]:
    """
    The feed piece by piece, in that language; memory does not grow with the shop.

    What cannot be bought is left out: products not on show, paused, without a price or a picture.
    """
    with override(language):
        shop = selectors.frame().shop
        home = urljoin(settings.SITE_URL, reverse("storefront:home"))
        categories = {pk: " > ".join(names[language]) for pk, names in category_paths().items()}
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
        f"{_tags([('title', shop.name), ('link', home), ('description', shop.description)])}\n"
    )
    found = _variants().iterator(chunk_size=_CHUNK)
    while chunk := list(islice(found, _CHUNK)):
        # Only inside: between two pieces others have the thread, and their own language.
        with override(language):
            yield "".join(_item(variant, categories) for variant in chunk)
    yield "</channel></rss>\n"


def write(language: str) -> None:
    """Write the feed to its file atomically."""
    answered(lambda: _write(language))


def _write(language: str) -> None:
    storage = storages["private"]
    with NamedTemporaryFile("w+b") as file:
        for piece in google(language):
            file.write(piece.encode())
        file.seek(0)
        storage.delete(file_name(language))
        storage.save(file_name(language), File(file))


def file_name(language: str) -> str:
    return f"feeds/google.{language}.xml"


def _variants() -> Any:
    return (
        Variant.objects.filter(is_active=True, price__gt=0, product__in=Product.objects.published())
        .exclude(product__sales_paused=True)
        .exclude(product__kind=ProductKind.TEMPLATE)
        .select_related("product", "brand")
        .prefetch_related("options", Prefetch("product__images", with_variants()))
        .order_by("product_id", "position", "pk")
    )


def _item(variant: Variant, categories: Mapping[UUID, str]) -> str:
    pictures = _pictures(variant)
    if not pictures:
        return ""
    tags = [*_facts(variant, categories), *_price(variant), *_options(variant)]
    tags += [("g:image_link", pictures[0])]
    tags += [("g:additional_image_link", url) for url in pictures[1 : _MAX_PICTURES + 1]]
    return f"<item>{_tags(tags)}</item>\n"


def _facts(variant: Variant, categories: Mapping[UUID, str]) -> Pairs:
    product = variant.product
    path = reverse("storefront:product", args=[product.slug])
    is_gone = variant.availability == Availability.SOLD_OUT
    yield "g:id", shortened(variant.sku, _MAX["g:id"])
    yield "g:item_group_id", shortened(product.sku, _MAX["g:id"])
    yield "g:title", variant.name or product.name
    yield "g:description", variant.description or product.description or product.name
    yield "g:link", urljoin(settings.SITE_URL, f"{path}?v={quote(variant.sku)}")
    yield "g:availability", "out_of_stock" if is_gone else "in_stock"
    yield "g:condition", "new"
    yield "g:brand", variant.brand.name if variant.brand else ""
    yield "g:gtin", variant.gtin
    yield "g:mpn", variant.model
    if not variant.gtin and not (variant.brand and variant.model):
        yield "g:identifier_exists", "no"
    yield "g:product_type", categories.get(product.category_id, "")
    if product.kind == ProductKind.BUNDLE:
        yield "g:is_bundle", "yes"
    if variant.weight_kg:
        yield "g:shipping_weight", f"{variant.weight_kg} kg"


def _price(variant: Variant) -> Pairs:
    yield "g:price", f"{variant.list_price} {config.CURRENCY}"
    if variant.price < variant.list_price:
        yield "g:sale_price", f"{variant.price} {config.CURRENCY}"


def _options(variant: Variant) -> Pairs:
    for option in ordered_options(variant):
        if option.key in _OPTIONS:
            yield _OPTIONS[option.key], option.value


def _pictures(variant: Variant) -> list[str]:
    images: Any = variant.product.images.all()
    shown = pictures_for(images, variant.pk)
    return [urljoin(settings.SITE_URL, image.picture.url) for image in shown]


def _tags(pairs: Iterable[tuple[str, object]]) -> str:
    return "".join(
        f"<{name}>{escape(_NO_XML.sub('', str(value))[: _MAX.get(name)])}</{name}>"
        for name, value in pairs
        if value not in {None, ""}
    )


def current() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]
