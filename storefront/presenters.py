"""Turns what the catalogue says into what the components of templates/components/ draw."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.images import FORMATS, copies_of, rendition_name, srcset_of
from catalog.models import Availability, ProductImage, Variant
from catalog.search import Suggestion
from catalog.selectors import (
    Card,
    CardPicture,
    Listing,
    OptionGroup,
    ProductPage,
    hold_minutes,
    lowest_before,
)
from core.addresses import address
from core.drawing import Late
from core.pages import shows_until
from core.picture_sizes import size_of
from inventory.selectors import available_quantities
from orders.limits import limit_of
from storefront import selectors

# Kept pages follow the bands of stock; how many exactly are left is told for so long.
EXACT = timedelta(seconds=5)
_SUMMARY = 155
BANDS = {Availability.IN_STOCK.value: "in", Availability.LAST_FEW.value: "few"}


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
    """A picture that is no product's, such as a banner; None if there is none or it is gone."""
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


def _card(facts: tuple[Card, int]) -> dict[str, Any]:
    product, days = facts
    image = product.image
    return {
        "url": address("storefront:product", product.slug),
        "name": product.name,
        "brand": product.brand,
        "picture": _with_renditions(image, product.name) if image else None,
        "price": product.price_from,
        "list_price": product.list_price if product.is_on_offer else None,
        "lowest_price": product.lowest_price(days),
        "saving": product.discount_percent,
        "rating": product.rating,
        "rating_count": product.rating_count,
        "colours": [{"hex": colour.code, "name": colour.label} for colour in product.colours],
        "is_new": product.is_new,
        "is_few": product.availability == Availability.LAST_FEW,
        "sold_out": product.is_sold_out,
        "price_from": product.has_price_range,
    }


def cards(products: Iterable[Card]) -> list[Late]:
    """For `{% draw "components/_card.html" %}`: of a card drawn before nothing is worked out."""
    # The card names the days as the frame knows them.
    days = selectors.frame().shop.lowest_price_days
    return [Late((product, days), _card) for product in products]


def option(group: OptionGroup) -> dict[str, Any]:
    chosen = next((choice.label for choice in group.choices if choice.chosen), "")
    return {
        "label": group.label,
        "name": "v",
        "chosen_label": chosen,
        "values": [
            {
                "value": choice.sku,
                "label": choice.label,
                "hex": choice.colour,
                "chosen": choice.chosen,
                "why": "" if choice.available else _("sold out"),
            }
            for choice in group.choices
        ],
    }


def product(page: ProductPage) -> dict[str, Any]:
    """The context of a product's page."""
    variant = page.variant
    on_offer = variant.price < variant.list_price
    days = selectors.frame().shop.lowest_price_days
    return {
        "page": page,
        "product": page.product,
        "variant": variant,
        "name": page.product.name,
        "gallery": [_with_renditions(image.picture, page.product.name) for image in page.images],
        "options": [option(group) for group in page.options],
        "makers": [_maker(other, variant) for other in page.makers],
        "price": variant.price,
        "list_price": variant.list_price if on_offer else None,
        "lowest_price": lowest_before(variant, days) if on_offer else None,
        "saving": _saving(variant),
        "stock": stock(page),
        "sold_out": variant.availability == Availability.SOLD_OUT or bool(page.refusal),
        "most": limit_of(page.product),
        "facts": _facts(page),
        "summary": _summary(page.product.description),
        "specs": [{"name": row.label, "value": row.value} for row in page.specifications],
        "breadcrumbs": _breadcrumbs(page),
    }


def _summary(text: str) -> str:
    """What a list of search results has room for."""
    return text if len(text) <= _SUMMARY else f"{text[: _SUMMARY - 1].rstrip()}…"


def stock(page: ProductPage) -> dict[str, Any]:
    """Availability in words; how many, where few are left or a drop tells. At most 1 query."""
    band = BANDS.get(page.variant.availability, "out")
    left = None
    tells = band == "few" if page.shows_exact_stock is None else page.shows_exact_stock
    if tells and band != "out":
        shows_until(timezone.now() + EXACT)
        left = available_quantities([page.variant.pk])[page.variant.pk]
    return {"band": band, "left": left}


def _saving(variant: Variant) -> int:
    if not variant.list_price or variant.price >= variant.list_price:
        return 0
    return int((variant.list_price - variant.price) * 100 / variant.list_price)


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
    crumbs = [
        {
            "label": page.family.name,
            "url": address("storefront:family", page.family.slug),
        }
    ]
    crumbs += [
        {"label": shelf.name, "url": address("storefront:category", shelf.slug)}
        for shelf in page.breadcrumbs
    ]
    return [*crumbs, {"label": page.product.name}]


def _facts(page: ProductPage) -> list[dict[str, str]]:
    frame = selectors.frame()
    seller = page.product.seller
    days = frame.shop.return_days
    minutes = hold_minutes([page.variant]) or frame.shop.hold_minutes
    facts = [
        *_limit(page.product.purchase_limit),
        {
            "icon": "timer",
            "title": _("Held for you"),
            "text": ngettext(
                "%(minutes)s minute from when you put it into the cart",
                "%(minutes)s minutes from when you put it into the cart",
                minutes,
            )
            % {"minutes": minutes},
        },
        {
            "icon": "rotate-ccw",
            "title": ngettext("%(days)s day to return it", "%(days)s days to return it", days)
            % {"days": days},
            "text": _("New and in its box"),
        },
    ]
    if frame.shop.has_sellers:
        facts.append(
            {
                "icon": "store",
                "title": _("Sold by"),
                "text": seller.name,
                "url": address("storefront:seller", seller.slug),
            }
        )
    months = page.variant.warranty_months
    if months:
        facts.append(
            {
                "icon": "shield-check",
                "title": _("Warranty"),
                "text": ngettext("%(months)s month", "%(months)s months", months)
                % {"months": months},
            }
        )
    return facts


def _limit(units: int | None) -> list[dict[str, str]]:
    """Said before the cart says it: only where this product has a limit of its own."""
    if not units:
        return []
    title = ngettext("%(units)s unit for each customer", "%(units)s units for each customer", units)
    return [
        {
            "icon": "users",
            "title": title % {"units": units},
            "text": _("So that more people get one"),
        }
    ]


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
            "price": None if row.price is None else str(row.price),
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
                    "price": row.price,
                    "picture": _thumbnail(row.image),
                    "icon": icon,
                }
                for row in rows
            ],
        }
        for label, rows, icon in groups
        if rows
    ]


def _thumbnail(image: ProductImage | None) -> dict[str, str] | None:
    """The smallest copy there is, else the picture itself."""
    if image is None:
        return None
    widths = sorted(image.rendition_widths)
    name = str(image.picture.name)
    copy = default_storage.url(rendition_name(name, widths[0], "webp")) if widths else ""
    return {"src": copy or image.picture.url}


def _suggestion_url(row: Suggestion) -> str:
    return address(f"storefront:{row.kind}", row.slug)
