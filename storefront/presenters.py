"""Turns catalogue values into the context of templates/shop/components/."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from catalog.images import FORMATS, copies_of, rendition_name, srcset_of
from catalog.models import Availability, ProductImage, Variant
from catalog.models.seo import SearchEngineTexts
from catalog.search import Suggestion
from catalog.selectors import (
    OPTION_PREFIX,
    Card,
    CardPicture,
    Listing,
    ProductPage,
    hold_minutes,
    lowest_before,
)
from core.caching.page import expires_at
from inventory.selectors import available_quantities
from orders.purchase_limits import limit_of
from storefront import options, selectors
from storefront.addresses import address
from storefront.contact import ask_about, share_link
from storefront.options import BANDS
from storefront.picture_sizes import size_of

# Cached pages follow the bands of stock; an exact count is at most this old.
EXACT = timedelta(seconds=5)
_SUMMARY = 155


@lru_cache(maxsize=512)
def _size(name: str) -> tuple[int, int]:
    """The pixels of a stored picture; files never change under their name."""
    with default_storage.open(name) as file:
        return size_of(file)


@lru_cache(maxsize=512)
def _known_copies(name: str) -> tuple[int, ...]:
    """The widths of a picture's copies; an error, which is not remembered, while it has none."""
    widths = copies_of(name)
    if not widths:
        raise FileNotFoundError(name)
    return tuple(widths)


def _copies(name: str) -> tuple[int, ...]:
    try:
        return _known_copies(name)
    except FileNotFoundError:
        return ()


def file_picture(file: FieldFile, alt: str) -> dict[str, Any] | None:
    """A picture without a product, for example a banner; None if missing."""
    if not file:
        return None
    name = str(file.name)
    try:
        width, height = _size(name)
    except OSError:
        return None
    shown = {"src": file.url, "full_url": file.url, "width": width, "height": height, "alt": alt}
    return shown | {kind: srcset_of(name, _copies(name), kind) for kind in FORMATS}


def picture(image: ProductImage | None, alt: str) -> dict[str, Any] | None:
    """A product's picture with its renditions."""
    if image is None:
        return None
    widths = tuple(sorted(image.rendition_widths))
    stored = CardPicture(str(image.picture.name), image.width, image.height, image.alt, widths)
    return _with_renditions(stored, alt)


def _with_renditions(image: CardPicture, alt: str) -> dict[str, Any]:
    url = default_storage.url(image.name)
    shown = {"src": url, "full_url": url, "width": image.width, "height": image.height}
    copies = {kind: srcset_of(image.name, image.widths, kind) for kind in FORMATS}
    return shown | {"alt": image.alt or alt} | copies


@lru_cache(maxsize=2_000)
def _card(product: Card, _language: str | None) -> dict[str, Any]:
    views = [_with_renditions(image, product.name) for image in product.images]
    return {
        "id": product.id,
        "url": _card_url(product),
        "slug": product.slug,
        "sku": product.sku,
        "name": product.name,
        "brand": product.brand,
        "picture": views[0] if views else None,
        "second": views[1] if len(views) > 1 else None,
        "quick_url": _card_url(product, "product-quick") if product.has_choice else "",
        "price": product.price_from,
        "list_price": product.list_price if product.is_on_offer else None,
        "saving": product.discount_percent,
        "rating": product.rating,
        "rating_count": product.rating_count,
        "colours": [{"hex": colour.code, "name": colour.label} for colour in product.colours],
        "is_new": product.is_new,
        "is_few": product.availability == Availability.LAST_FEW,
        "sold_out": product.is_sold_out,
        "price_from": product.has_price_range,
    }


def _card_url(product: Card, route: str = "product") -> str:
    """Where the page shows what the card does."""
    url = address(f"storefront:{route}", product.slug)
    chosen = {f"{OPTION_PREFIX}{key}": value for key, value in product.choice.items()}
    return f"{url}?{urlencode(chosen)}" if chosen else url


def variant_card(variant: Variant) -> dict[str, Any]:
    """What the cards of single variants say, beside their pictures."""
    product = variant.product
    return {
        "id": product.pk,
        "url": f"{address('storefront:product', product.slug)}?{urlencode({'v': variant.sku})}",
        "slug": product.slug,
        "sku": variant.sku,
        "name": product.name,
        "brand": variant.brand.name if variant.brand else "",
        "price": variant.price,
        "list_price": variant.list_price if variant.price < variant.list_price else None,
        "rating": product.rating_average,
        "rating_count": product.rating_count,
        "is_few": variant.availability == Availability.LAST_FEW,
        "sold_out": variant.availability == Availability.SOLD_OUT,
    }


def cards(products: Iterable[Card]) -> list[dict[str, Any]]:
    """For components/_card.html."""
    language = get_language()
    return [_card(product, language) for product in products]


def product(page: ProductPage) -> dict[str, Any]:
    variant = page.variant
    offered = options.offered(page)
    priced = options.cheapest(offered)
    on_offer = priced.price < priced.list_price
    is_gone = priced.availability == Availability.SOLD_OUT
    groups = options.groups(page)
    return {
        "page": page,
        "product": page.product,
        "variant": variant,
        "name": page.product.name,
        "url": address("storefront:product", page.product.slug),
        "gallery": [_with_renditions(image.picture, page.product.name) for image in page.images],
        "options": groups,
        "size_guide": page.size_guide if any(each["guide_url"] for each in groups) else None,
        "prompt": options.prompt_of(page),
        "makers": [_maker(other, variant) for other in page.makers],
        "price": priced.price,
        "price_from": len({each.price for each in offered}) > 1,
        "list_price": priced.list_price if on_offer else None,
        "lowest_price": _lowest_price(priced) if on_offer else None,
        "saving": _saving(priced),
        "stock": stock(page),
        "sold_out": is_gone or bool(page.refusal),
        "most": limit_of(page.product),
        "facts": list(_facts(page)),
        "ask": ask_about(page.product, variant),
        "share_url": share_link(page.product),
        "page_title": seo_text(page.product, "title") or page.product.name,
        "summary": seo_text(page.product, "description")
        or Truncator(page.product.description).chars(_SUMMARY),
        "specs": [{"name": row.label, "value": row.value} for row in page.specifications],
        "breadcrumbs": _breadcrumbs(page),
    }


def seo_text(row: SearchEngineTexts, kind: str) -> str:
    """
    The title or description written for search engines in the language of the page, or nothing.

    A text in the other language would be worse than the name in this one.
    """
    return getattr(row, build_localized_fieldname(f"seo_{kind}", str(get_language()))) or ""


class Stock(NamedTuple):
    """Availability for `components/_stock.html`: "in", "few" or "out", and how many if told."""

    band: str
    left: int | None = None


def stock(page: ProductPage) -> Stock:
    """
    Availability in words; how many, where few are left or a drop tells. At most 1 query.

    While something is left to choose: the best of what it can be.
    """
    if page.open:
        return Stock(options.best_band(page))
    band = BANDS.get(page.variant.availability, "out")
    left = None
    tells = band == "few" if page.shows_exact_stock is None else page.shows_exact_stock
    if tells and band != "out":
        expires_at(timezone.now() + EXACT)
        left = available_quantities([page.variant.pk])[page.variant.pk]
    return Stock(band, left)


def _saving(variant: Variant) -> int:
    if not variant.list_price or variant.price >= variant.list_price:
        return 0
    return int((variant.list_price - variant.price) * 100 / variant.list_price)


def _lowest_price(variant: Variant) -> Decimal | None:
    """What an offer cost at least before it began; None if the struck price says it already."""
    lowest = lowest_before(variant, selectors.frame().shop.lowest_price_days)
    return None if lowest == variant.list_price else lowest


def _maker(variant: Variant, chosen: Variant) -> dict[str, Any]:
    return {
        "name": variant.brand.name if variant.brand else variant.name,
        "model": variant.model,
        "sku": variant.sku,
        "price": variant.price,
        "chosen": variant.pk == chosen.pk,
        "sold_out": variant.availability == Availability.SOLD_OUT,
    }


def _breadcrumbs(page: ProductPage) -> list[dict[str, str]]:
    family = address("storefront:family", page.family.slug)
    crumbs = [{"label": page.family.name, "url": family}]
    crumbs += [
        {"label": shelf.name, "url": address("storefront:category", shelf.slug)}
        for shelf in page.breadcrumbs
    ]
    return [*crumbs, {"label": page.product.name}]


class Fact(NamedTuple):
    """What the shopper wants to know beside the button, for `components/_facts.html`."""

    icon: str
    title: str
    text: str
    url: str = ""


def _facts(page: ProductPage) -> Iterator[Fact]:
    shop = selectors.frame().shop
    units, seller = page.product.purchase_limit, page.product.seller
    days, months = shop.return_days, page.variant.warranty_months
    minutes = hold_minutes([page.variant]) or shop.hold_minutes
    # Said before the cart says it: only where this product has a limit of its own.
    if units:
        title = ngettext(
            "%(units)s unit for each customer", "%(units)s units for each customer", units
        )
        yield Fact("users", title % {"units": units}, _("So that more people get one"))
    title = ngettext("Reserved for %(minutes)s minute", "Reserved for %(minutes)s minutes", minutes)
    yield Fact("timer", title % {"minutes": minutes}, _("From when you put it into the cart"))
    title = ngettext("%(days)s day to return it", "%(days)s days to return it", days)
    yield Fact("rotate-ccw", title % {"days": days}, _("New and in its box"))
    if shop.has_sellers:
        url = address("storefront:seller", seller.slug)
        yield Fact("store", _("Sold by"), seller.name, url)
    if months:
        text = ngettext("%(months)s month", "%(months)s months", months)
        yield Fact("shield-check", _("Warranty"), text % {"months": months})


def search_json(found: Listing) -> dict[str, Any]:
    """The contract's answer to programs: ids are the catalogue file's."""
    return {
        "count": found.count,
        "results": [
            {
                "id": product.external_id,
                "name": product.name,
                "url": address("storefront:product", product.slug),
                "price": str(product.price_from),
            }
            for product in found.cards
        ],
        "facets": {
            group.parameter: [
                {"value": value.value, "label": value.label, "count": value.count}
                for value in group.values
            ]
            for group in found.facets
        },
    }


def suggest_json(found: Sequence[Suggestion]) -> dict[str, Any]:
    results = [
        {
            "name": row.label,
            "url": _suggestion_url(row),
            "price": str(row.card.price_from) if row.card else None,
        }
        for row in found
    ]
    return {"count": len(results), "results": results}


def suggestions(found: Sequence[Suggestion]) -> list[dict[str, Any]]:
    """Groups for `components/_suggestions.html`: products first, then places to go."""
    products = [row for row in found if row.kind == "product"]
    places = [row for row in found if row.kind != "product"]
    groups = [(_("Products"), products, "package"), (_("Go to"), places, "arrow-right")]
    notes = {"brand": _("brand"), "category": _("category")}
    return [
        {
            "label": label,
            "items": [
                {
                    "label": row.label,
                    "url": _suggestion_url(row),
                    "note": notes.get(row.kind, ""),
                    "price": row.card and row.card.price_from,
                    "picture": _thumbnail(row.card.image) if row.card else None,
                    "icon": icon,
                }
                for row in rows
            ],
        }
        for label, rows, icon in groups
        if rows
    ]


def _thumbnail(image: CardPicture | None) -> dict[str, str] | None:
    """The smallest copy there is, else the picture itself."""
    if image is None:
        return None
    name = rendition_name(image.name, image.widths[0], "webp") if image.widths else image.name
    return {"src": default_storage.url(name)}


def _suggestion_url(row: Suggestion) -> str:
    return _card_url(row.card) if row.card else address(f"storefront:{row.kind}", row.slug)
