"""
The products of a list: its scope, and the conditions of the shopper's filters.

Brand and options must match in one variant; price, rating and availability are the product's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from catalog.models import (
    BRAND_KEY,
    Availability,
    Brand,
    Product,
    ProductFacet,
    Variant,
    VariantOption,
)
from catalog.selectors.types import ListingFilters
from core.caching.page import tag_name
from core.database.lookups import AnyOf


@dataclass(frozen=True, slots=True)
class ListingScope:
    """A list of products: active categories, or search results by key."""

    category_id: UUID | None = None
    category_ids: Sequence[UUID] | None = None
    product_ids: Sequence[str] | None = None
    brand_id: UUID | None = None
    seller_id: UUID | None = None
    collection_id: UUID | None = None
    now: datetime | None = None

    @property
    def products(self) -> QuerySet[Product]:
        """The visible products. No query of its own."""
        if self.product_ids is not None:
            return Product.objects.filter(AnyOf(F("pk"), self.product_ids))
        # No join of categories, as they are known to be active.
        products: QuerySet[Product] = Product.objects.released(self.now).filter(self._in_categories)
        if self.brand_id:
            brand = Cast(Value(self.brand_id, UUIDField()), CharField())
            of_brand = self.facets.filter(key=BRAND_KEY, value_key=brand)
            products = products.filter(pk__in=of_brand.values("product_id"))
        if self.seller_id:
            products = products.filter(seller=self.seller_id)
        if self.collection_id:
            products = products.filter(collection_entries__collection=self.collection_id)
        return products

    @property
    def facets(self) -> QuerySet[ProductFacet]:
        """The facets in these categories, also of products not yet published."""
        if self.product_ids is not None:
            return ProductFacet.objects.filter(AnyOf(F("product_id"), self.product_ids))
        return ProductFacet.objects.filter(self._in_categories)

    @property
    def _is_by_category_alone(self) -> bool:
        others = (self.product_ids, self.brand_id, self.seller_id, self.collection_id)
        return all(other is None for other in others)

    @property
    def _in_categories(self) -> Q:
        if self.category_id:
            # Equality instead of a list of one: the index then returns products in order.
            return Q(category_id=self.category_id)
        return Q(AnyOf(F("category_id"), self.category_ids or ()))

    def having(self, key: str, values: Collection[str]) -> Q:
        """Products with one of these option values, or of these brands, by slug."""
        chosen: Any = list(values)
        if key == BRAND_KEY:
            brands = Brand.objects.filter(slug__in=values).annotate(key=Cast("pk", CharField()))
            chosen = brands.values("key")
        known = ProductFacet.objects if self.product_ids is not None else self.facets
        rows = known.filter(key=key, value_key__in=chosen)
        return Q(pk__in=rows.values("product_id"))

    @property
    def cache_tags(self) -> list[str]:
        """Tags of a change in the list; none if these would be too many."""
        if self.product_ids is not None or self.collection_id:
            return []
        if self.brand_id:
            return [tag_name("brand", self.brand_id)]
        if self.seller_id:
            return [tag_name("seller", self.seller_id)]
        keys = (self.category_id, *(self.category_ids or ()))
        return [tag_name("category", key) for key in keys if key]

    def facets_of(self, fits: Q) -> QuerySet[ProductFacet]:
        """The facets of the products that match this condition."""
        if self.product_ids is not None and not fits:
            # No condition on products.
            return self.facets
        if self._is_by_category_alone and not fits:
            to_come = Product.objects.filter(pk=OuterRef("product_id"), published_at__gt=self.now)
            return self.facets.exclude(Exists(to_come))
        return self.facets.filter(product_id__in=self.products.filter(fits))


def matching(scope: ListingScope, filters: ListingFilters) -> QuerySet[Product]:
    """The products that match all filters."""
    return with_variant(scope, filters).filter(fits_product(filters))


def fits_product(filters: ListingFilters, *, without: str = "") -> Q:
    """The filters on the product itself."""
    condition = Q()
    if filters.price_min is not None and without != "price":
        condition &= Q(price_from__gte=filters.price_min)
    if filters.price_max is not None and without != "price":
        condition &= Q(price_from__lte=filters.price_max)
    if filters.rating is not None and without != "rating":
        condition &= Q(rating_average__gte=filters.rating)
    if filters.available and without != "available":
        condition &= ~Q(availability=Availability.SOLD_OUT)
    return condition


def fits_variant(filters: ListingFilters, *, without: str = "", of: str = "") -> Q:
    """The filters on a variant: brand and options. `of` is the path to the variant."""
    path = f"{of}__" if of else ""
    condition = Q(**{f"{path}is_active": True})
    if filters.brands and without != "brand":
        brands = Brand.objects.filter(slug__in=filters.brands)
        condition &= Q(**{f"{path}brand__in": brands})
    for key, values in filters.options.items():
        if without != key:
            option = VariantOption.objects.filter(
                variant=OuterRef(of or "pk"), key=key, value_key__in=values
            )
            condition &= Q(Exists(option))
    return condition


def has_chosen(scope: ListingScope, filters: ListingFilters, *, without: str = "") -> Q:
    """Products with the brand and options, though maybe not in a single variant."""
    condition = Q()
    if filters.brands and without != "brand":
        condition &= scope.having(BRAND_KEY, filters.brands)
    for key, values in filters.options.items():
        if without != key:
            condition &= scope.having(key, values)
    return condition


def with_variant(scope: ListingScope, filters: ListingFilters) -> QuerySet[Product]:
    """Products with a variant of the brand and options."""
    products = scope.products.filter(has_chosen(scope, filters))
    if bool(filters.brands) + len(filters.options) > 1:
        variants = Variant.objects.filter(fits_variant(filters), product=OuterRef("pk"))
        products = products.filter(Exists(variants))
    return products
