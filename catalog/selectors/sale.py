"""What may be sold, how long a cart holds it, and how it may be paid."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from constance import config
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import SellerStatus
from catalog.models import (
    BundleComponent,
    Collection,
    CollectionProduct,
    CollectionType,
    Kit,
    KitItem,
    Product,
    ProductKind,
    Variant,
)
from core.caching.page import expires_at
from core.caching.ttl import TTLCache
from core.database.compiled import compiled
from core.database.lookups import AnyOf

AT_ONCE = 30  # minutes
_ENTRIES = CollectionProduct.objects.filter(collection__is_active=True).select_related("collection")
_PARTS = (
    Prefetch(
        "product__components",
        BundleComponent.objects.select_related("variant__product"),
        to_attr="parts",
    ),
    Prefetch(
        "product__parts__variant__product__collection_entries", _ENTRIES, to_attr="active_entries"
    ),
)


def variants_for_sale(ids: Iterable[UUID]) -> dict[UUID, Variant]:
    """
    The variants with product, category, family, brand and seller, whatever their state.

    1 query.
    """
    return {variant.pk: variant for variant in _for_sale(list(ids))}


@compiled
def _for_sale(variants: list[UUID]) -> QuerySet[Variant]:
    related = ("product__category__family", "product__seller", "brand")
    return Variant.objects.filter(AnyOf(F("pk"), variants)).select_related(*related)


def cached_variants_for_sale(ids: Iterable[UUID]) -> dict[UUID, Variant]:
    """
    The same with their collections, cached for a second. At most 2 queries.

    For carts; orders read the current state.
    """
    return _cached_sales.get(ids)


def _read_with_collections(ids: list[UUID]) -> dict[UUID, Variant]:
    variants = variants_for_sale(ids)
    active_collections(list(variants.values()))
    return variants


def _read_by_sku(skus: list[str]) -> dict[str, UUID]:
    return dict(Variant.objects.filter(sku__in=skus).values_list("sku", "pk"))


def variant_of(sku: str) -> UUID | None:
    """The variant's key, cached for a second. At most 1 query."""
    return _by_sku.get([sku]).get(sku)


def active_collections(variants: Sequence[Variant]) -> dict[UUID, list[Collection]]:
    """
    The active collections of each product, also of products in bundles.

    1 query for these variants, 3 with a bundle, none if called again.
    """
    new = [variant for variant in variants if not hasattr(variant.product, "active_entries")]
    entries: dict[UUID, list[CollectionProduct]] = defaultdict(list)
    for entry in _entries([variant.product_id for variant in new]) if new else ():
        entries[entry.product_id].append(entry)
    for variant in new:
        variant.product.active_entries = entries[variant.product_id]  # type: ignore[attr-defined]
    bundles = [variant for variant in new if variant.product.kind == ProductKind.BUNDLE]
    prefetch_related_objects(bundles, *_PARTS)
    return {
        product.pk: [entry.collection for entry in product.active_entries]  # type: ignore[attr-defined]  # prefetched
        for variant in variants
        for product in _products(variant)
    }


@compiled
def _entries(products: list[UUID]) -> QuerySet[CollectionProduct]:
    return _ENTRIES.filter(AnyOf(F("product"), products))


def _products(variant: Variant) -> list[Product]:
    """The products of the variant and of its bundle components: a bundle does not sell a drop."""
    parts: Sequence[BundleComponent] = getattr(variant.product, "parts", ())
    return [variant.product, *(part.variant.product for part in parts)]


def sale_refusals(variants: Sequence[Variant], now: datetime) -> dict[UUID, str]:
    """The reasons why variants cannot be bought now. 1 query, and the settings."""
    if config.SALES_PAUSED:
        return {variant.pk: _("Sales are paused for now.") for variant in variants}
    collections = active_collections(variants)
    reasons = {
        variant.pk: [
            _own_reason(variant, now),
            *(drop_reason(collections[product.pk], now) for product in _products(variant)),
        ]
        for variant in variants
    }
    return {pk: next(filter(None, said)) for pk, said in reasons.items() if any(said)}


def _own_reason(variant: Variant, now: datetime) -> str:
    product = variant.product
    is_shown = product.category.is_active and product.category.family.is_active
    if not (variant.is_active and product.is_active and is_shown):
        return _("This product is no longer sold.")
    if product.published_at and product.published_at > now:
        return _("This product is not on sale yet.")
    if product.sales_paused or product.seller.status != SellerStatus.APPROVED:
        return _("The sale of this product is paused for now.")
    return ""


def drops_of(product: Product) -> list[Collection]:
    """The active drops that the product is in. 1 query."""
    drops = Collection.objects.filter(is_active=True, type=CollectionType.DROP)
    return list(drops.filter(entries__product=product))


def drop_reason(collections: Sequence[Collection], now: datetime) -> str:
    """A product of drops is sold during the window of any of them."""
    drops = [drop for drop in collections if drop.type == CollectionType.DROP]
    for moment in (moment for drop in drops for moment in (drop.starts_at, drop.ends_at)):
        if moment and moment > now:
            expires_at(moment)
    if not drops or any(_is_running(drop, now) for drop in drops):
        return ""
    coming = [drop.starts_at for drop in drops if drop.starts_at and drop.starts_at > now]
    if not coming:
        return _("This drop is over.")
    opens = date_format(localtime(min(coming)), "DATETIME_FORMAT")
    return _("This drop opens on %(time)s.") % {"time": opens}


def _is_running(drop: Collection, now: datetime) -> bool:
    has_started = drop.starts_at is None or drop.starts_at <= now
    return has_started and (drop.ends_at is None or drop.ends_at > now)


def shows_exact_stock(variant: Variant, now: datetime) -> bool | None:
    """
    Whether running collections show exact stock; None if none decides. 1 query.

    A drop that hides exact stock also hides that few units are left.
    """
    deciding = [
        collection.shows_exact_stock
        for collection in active_collections([variant])[variant.product_id]
        if _is_running(collection, now)
        and (collection.shows_exact_stock or collection.type == CollectionType.DROP)
    ]
    return any(deciding) if deciding else None


def drop_of(variant: Variant) -> str:
    """The slug of the drop that sells this exclusively, or "". 1 query, as above."""
    collections = active_collections([variant])[variant.product_id]
    drops = (each.slug for each in collections if each.type == CollectionType.DROP)
    return next(drops, "")


def running_drops(variants: Sequence[Variant], now: datetime) -> dict[UUID, list[Collection]]:
    """The running drops of each of these products. 1 query, as above."""
    return {
        product_id: [
            collection
            for collection in collections
            if collection.type == CollectionType.DROP and _is_running(collection, now)
        ]
        for product_id, collections in active_collections(variants).items()
    }


def hold_minutes(variants: Sequence[Variant]) -> int | None:
    """The shortest hold of a collection; None for the shop's default. 1 query."""
    asked = [
        collection.hold_minutes
        for collections in active_collections(variants).values()
        for collection in collections
        if collection.hold_minutes
    ]
    return min(asked, default=None)


@dataclass(frozen=True)
class PaymentLimits:
    """Allowed payment methods by code, None for all, and minutes to pay."""

    codes: frozenset[str] | None = None
    minutes: int | None = None

    def allow(self, code: str, minutes: int) -> bool:
        is_named = self.codes is None or code in self.codes
        return is_named and (self.minutes is None or minutes <= self.minutes)


def payment_limits(variants: Sequence[Variant]) -> PaymentLimits:
    """The methods that all collections allow. 1 query, as above."""
    return limits_of(chain.from_iterable(active_collections(variants).values()))


def limits_of(collections: Iterable[Collection]) -> PaymentLimits:
    """
    The methods that all of these collections allow. No query.

    A drop without named methods takes immediate ones only, so that nobody holds its units for days.
    """
    codes: frozenset[str] | None = None
    minutes = None
    for collection in collections:
        if collection.payment_methods:
            named = frozenset(collection.payment_methods)
            codes = named if codes is None else codes & named
        elif collection.type == CollectionType.DROP:
            minutes = AT_ONCE
    return PaymentLimits(codes, minutes)


def shown_kits() -> QuerySet[Kit]:
    """Kits whose required items are all visible to shoppers. No query of its own."""
    needed = KitItem.objects.filter(kit=OuterRef("pk"), is_optional=False)
    # A subquery for each item: there are few kits and many products.
    hidden = needed.filter(~Exists(Product.objects.published().filter(pk=OuterRef("product"))))
    return Kit.objects.filter(~Exists(hidden), is_active=True)


_cached_sales = TTLCache(_read_with_collections)
_by_sku = TTLCache(_read_by_sku)
