"""Content curated by staff, as the components show it: banners, kits, drops."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from constance import config
from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cart.selectors import components_of, stock_units
from catalog.models import (
    Availability,
    Collection,
    CollectionType,
    Kit,
    KitItem,
    Product,
    ProductImage,
    Variant,
)
from catalog.selectors import pictures_for, shown_kits, with_variants
from core.caching.page import expires_at, tag
from core.money import ZERO
from inventory.selectors import available_quantities
from pagecache.fragments import cached_fragment
from promotions.basket import PriceLine, PriceSettings
from promotions.engine import price
from promotions.selectors import kit_rule
from storefront import presenters
from storefront.models import Banner, Scheme
from storefront.selectors import in_this_language

PRODUCT_ADDRESS = re.compile(r"/p/(?P<slug>[\w-]+)/")


def banners() -> list[dict[str, Any]]:
    """The running banners of the home page, with the price of what they lead to. 2 queries."""
    return slides(list(Banner.objects.running()[:6]))


def slides(rows: Sequence[Banner]) -> list[dict[str, Any]]:
    """Banners as `components/_hero.html` wants them. 1 query."""
    products = _products_at(banner.target_url for banner in rows)
    led = [(banner, products.get(banner.target_url)) for banner in rows]
    return [
        {
            "title": banner.title,
            "subtitle": banner.subtitle,
            "url": in_this_language(banner.target_url) or reverse("storefront:search"),
            "link_text": banner.button or _("See more"),
            "picture": presenters.file_picture(banner.mobile_image or banner.desktop_image, ""),
            "wide_picture": presenters.file_picture(
                banner.mobile_image and banner.desktop_image, ""
            ),
            "scheme": banner.scheme,
            "hue": banner.hue,
            "text_place": banner.text_place,
            "product": product and product.pk,
            "price": product and product.price_from,
        }
        for banner, product in led
    ]


def _products_at(addresses: Iterable[str]) -> dict[str, Product]:
    """The published products at these addresses of the shop. 1 query."""
    matches = ((address, PRODUCT_ADDRESS.fullmatch(address)) for address in addresses)
    found = {match["slug"]: address for address, match in matches if match}
    rows = Product.objects.published().filter(slug__in=found).only("slug", "price_from")
    return {found[row.slug]: row for row in rows}


def _with_items(rows: QuerySet[Kit]) -> QuerySet[Kit]:
    """Kits with items, their products, variants, options and pictures. 5 queries more."""
    variants = Variant.objects.active().order_by("position", "pk").prefetch_related("options")
    items = KitItem.objects.filter(product__in=Product.objects.published())
    items = items.select_related("product").order_by("position", "pk")
    return rows.prefetch_related(
        Prefetch("items", items),
        Prefetch("items__product__variants", variants, to_attr="for_sale"),
        Prefetch("items__product__images", with_variants(), to_attr="pictures"),
    )


def kits(most: int = 24) -> list[dict[str, Any]]:
    """Cards of the kits. No query while cached, otherwise 5."""

    def make() -> list[dict[str, Any]]:
        tag("kits")
        rows = _with_items(shown_kits().order_by("position", "pk"))
        return [_kit_card(kit) for kit in rows[:most]]

    return cached_fragment(("kits", most), [], make)


def _kit_card(kit: Kit) -> dict[str, Any]:
    items = _items(kit)
    sums = _sums(kit, items)
    return {
        "name": kit.name,
        "url": reverse("storefront:kit", args=[kit.slug]),
        "note": kit.description[:120],
        "picture": presenters.file_picture(kit.cover, kit.name),
        "item_count": sum(item.quantity for item in items),
        "price": sums["total"],
        "list_price": sums["subtotal"] if sums["saved"] else None,
        "saving": int(kit.discount_percent),
    }


class Choice(NamedTuple):
    """A variant that an item of a kit can be."""

    sku: str
    label: str
    chosen: bool
    sold_out: bool


@dataclass(frozen=True)
class Item:
    """An item of a kit with the variant chosen for it."""

    key: str
    name: str
    url: str
    quantity: int
    is_optional: bool
    is_taken: bool
    variant: Variant | None
    choices: Sequence[Choice]
    picture: dict[str, Any] | None
    total: Decimal


def kit(slug: str, chosen: QueryDict) -> dict[str, Any]:
    """The context of a kit's page. 7 queries; 404 if there is no such kit."""
    row = get_object_or_404(_with_items(shown_kits()), slug=slug)
    items = _items(row, chosen)
    return {
        "kit": row,
        "items": items,
        "gallery": [presenters.file_picture(row.cover, row.name)],
        "sums": _sums(row, items),
        "stock": _stock(items),
        "instead": _sets_in_cart(chosen),
        "breadcrumbs": [
            {"label": _("Kits"), "url": reverse("storefront:kits")},
            {"label": row.name},
        ],
    }


def _sets_in_cart(chosen: QueryDict) -> int:
    """How often the kit is in the cart that is edited; 0 for who adds it."""
    text = chosen.get("instead", "")
    return int(text) if re.fullmatch("[1-9][0-9]{0,2}", text) else 0


def _items(kit: Kit, chosen: QueryDict | None = None) -> list[Item]:
    """As chosen in the form or in the cart; before that, everything that can be had is taken."""
    tag("product", [row.product_id for row in kit.items.all()])
    if chosen and "variant" in chosen and "kit" not in chosen:
        return [_item_in(row, chosen.getlist("variant")) for row in kit.items.all()]
    if not chosen or "kit" not in chosen:
        return [_item(row, "", is_taken=True) for row in kit.items.all()]
    skus = {row.pk: chosen.get(f"item_{row.pk}", "") for row in kit.items.all()}
    return [_item(row, skus[row.pk], is_taken=bool(skus[row.pk])) for row in kit.items.all()]


def _item_in(row: KitItem, skus: Sequence[str]) -> Item:
    """Of these SKUs, the one that is a variant of this item; without one it is left out."""
    variants: Sequence[Variant] = cast("Any", row.product).for_sale  # prefetched
    sku = next((variant.sku for variant in variants if variant.sku in skus), "")
    return _item(row, sku, is_taken=bool(sku))


def _item(row: KitItem, sku: str, *, is_taken: bool) -> Item:
    variants: Sequence[Variant] = cast("Any", row.product).for_sale  # prefetched
    sellable = [v for v in variants if v.availability != Availability.SOLD_OUT]
    first = next(iter(sellable or variants), None)
    variant = next((v for v in variants if v.sku == sku), first)
    picture = _picture(row, variant)
    return Item(
        key=str(row.pk),
        name=row.product.name,
        url=reverse("storefront:product", args=[row.product.slug]),
        quantity=row.quantity,
        is_optional=row.is_optional,
        is_taken=is_taken or not row.is_optional,
        variant=variant,
        choices=[_choice(other, variant) for other in variants],
        picture=presenters.picture(picture, row.product.name),
        total=variant.price * row.quantity if variant else ZERO,
    )


def _picture(row: KitItem, variant: Variant | None) -> ProductImage | None:
    pictures = cast("Any", row.product).pictures  # prefetched
    return next(iter(pictures_for(pictures, variant.pk if variant else None)), None)


def _choice(variant: Variant, chosen: Variant | None) -> Choice:
    words = " · ".join(option.value for option in variant.options.all())
    is_gone = variant.availability == Availability.SOLD_OUT
    return Choice(variant.sku, words or variant.name, variant == chosen, is_gone)


def _sums(kit: Kit, items: Sequence[Item]) -> dict[str, Decimal]:
    """The kit's sums to the cent as in the cart, by the same pricer. No query."""
    lines = [
        PriceLine(
            key=item.key,
            variant_id=item.variant.pk,
            product_id=item.variant.product_id,
            seller_id=item.variant.product.seller_id,
            list_price=item.variant.list_price,
            price=item.variant.price,
            quantity=item.quantity,
            kit=str(kit.pk),
        )
        for item in items
        if item.is_taken and item.variant
    ]
    basket = price(lines, kits=[kit_rule(kit)], settings=PriceSettings(currency=config.CURRENCY))
    return {"subtotal": basket.subtotal, "saved": basket.discount_total, "total": basket.total}


class KitStock(NamedTuple):
    """As `components/_stock.html` wants it, with the keys of the pieces that are short."""

    band: str
    left: int | None
    short: set[str]


def _stock(items: Sequence[Item]) -> KitStock:
    """How many such kits can be sold, by the scarcest component. 1 query, 2 with a bundle."""
    chosen = [(item, item.variant) for item in items if item.is_taken and item.variant]
    parts_of = components_of(variant for _, variant in chosen)
    needed = stock_units({variant.pk: item.quantity for item, variant in chosen}, parts_of)
    kits = {part: units // needed[part] for part, units in available_quantities(needed).items()}
    short = {
        item.key
        for item, variant in chosen
        if not min(kits[part] for part in parts_of.get(variant.pk, {variant.pk: 1}))
    }
    is_whole = all(item.variant for item in items if item.is_taken)
    left = min(kits.values(), default=0) if is_whole else 0
    if left > config.LAST_FEW_UNITS:
        return KitStock("in", None, short)
    expires_at(timezone.now() + presenters.EXACT)
    return KitStock("few" if left else "out", left or None, short)


@dataclass(frozen=True, kw_only=True)
class DropClock:
    """A collection, whether it is "coming", "running" or "over", and when that changes."""

    name: str
    url: str
    state: str
    at: datetime | None
    when: str
    scheme: str
    hue: int | None


@dataclass(frozen=True, kw_only=True)
class DropCard(DropClock):
    """A collection as `components/_drop_card.html` wants it."""

    slug: str
    note: str
    picture: dict[str, Any] | None
    is_drop: bool


class Drops(NamedTuple):
    running: list[DropCard]
    coming: list[DropCard]
    over: list[DropCard]


def drops(now: datetime) -> Drops:
    """The active collections; of those that are over, the first six. 1 query."""
    tag("collections")
    rows = Collection.objects.filter(is_active=True).order_by("position", "starts_at", "pk")
    cards = [drop(row, now) for row in rows]
    found = Drops(*([card for card in cards if card.state == state] for state in Drops._fields))
    return found._replace(over=found.over[:6])


def other_drops(slug: str, now: datetime) -> list[DropCard]:
    """Up to three others that are on or coming. 1 query."""
    found = drops(now)
    return [card for card in found.running + found.coming if card.slug != slug][:3]


def drop(row: Collection, now: datetime) -> DropCard:
    """The collection's card at this moment. No query."""
    return DropCard(
        **vars(clock(row, now)),
        slug=row.slug,
        note=row.description[:120],
        picture=presenters.file_picture(row.hero_image, row.name),
        is_drop=row.type == CollectionType.DROP,
    )


def clock(row: Collection, now: datetime) -> DropClock:
    """The collection with the moment that it opens or ends. No query."""
    state, at = _state(row, now)
    expires_at(at)
    return DropClock(
        name=row.name,
        url=reverse("storefront:drop", args=[row.slug]),
        state=state,
        at=at.replace(microsecond=0) if at else None,
        when=_when(state, at),
        scheme=Scheme.DEEP if row.type == CollectionType.DROP else Scheme.SOFT,
        hue=row.hue,
    )


def _state(row: Collection, now: datetime) -> tuple[str, datetime | None]:
    if row.starts_at and row.starts_at > now:
        return "coming", row.starts_at
    if row.ends_at and row.ends_at <= now:
        return "over", None
    return "running", row.ends_at


def _when(state: str, at: datetime | None) -> str:
    if at is None:
        return ""
    words = {"time": date_format(localtime(at), "LONG_DAY_TIME_FORMAT")}
    if state == "coming":
        return _("Opens %(time)s") % words
    return _("Until %(time)s") % words


def drop_breadcrumbs(row: Collection) -> list[dict[str, str]]:
    return [{"label": _("Drops"), "url": reverse("storefront:drops")}, {"label": row.name}]
