"""The products of a list before the shopper chooses among them, and how they are asked about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from catalog.models import BRAND_KEY, Brand, Product, ProductFacet
from core.caching.page import part
from core.database.lookups import AnyOf


@dataclass(frozen=True, slots=True)
class ListingScope:
    """What is on open shelves now, or what a search has named; both as keys."""

    shelf: UUID | None = None
    shelves: Sequence[UUID] | None = None
    product_ids: Sequence[str] | None = None
    brand_id: UUID | None = None
    seller_id: UUID | None = None
    collection_id: UUID | None = None
    now: datetime | None = None

    @property
    def products(self) -> QuerySet[Product]:
        """No query of its own. A search finds nothing that shoppers may not see."""
        if self.product_ids is not None:
            return Product.objects.filter(AnyOf(F("pk"), self.product_ids))
        # The shelves are known to be open: there is no need to join them.
        products: QuerySet[Product] = Product.objects.released(self.now).filter(self._shelved)
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
        """The brands and options on these shelves, of products that are to come, too."""
        if self.product_ids is not None:
            return ProductFacet.objects.filter(AnyOf(F("product_id"), self.product_ids))
        return ProductFacet.objects.filter(self._shelved)

    @property
    def _is_by_shelf_alone(self) -> bool:
        others = (self.product_ids, self.brand_id, self.seller_id, self.collection_id)
        return all(other is None for other in others)

    @property
    def _shelved(self) -> Q:
        if self.shelf:
            # Not as a list of one, which no index has in the order of the list.
            return Q(category_id=self.shelf)
        return Q(AnyOf(F("category_id"), self.shelves or ()))

    def having(self, key: str, values: Collection[str]) -> Q:
        """Those with one of these values of an option; or of these brands, by their slugs."""
        chosen: Any = list(values)
        if key == BRAND_KEY:
            brands = Brand.objects.filter(slug__in=values).annotate(key=Cast("pk", CharField()))
            chosen = brands.values("key")
        known = ProductFacet.objects if self.product_ids is not None else self.facets
        rows = known.filter(key=key, value_key__in=chosen)
        return Q(pk__in=rows.values("product_id"))

    @property
    def shown_by(self) -> list[str]:
        """The parts of pages that tell when something in it changes; none where too many would."""
        if self.product_ids is not None or self.collection_id:
            return []
        if self.brand_id:
            return [part("brand", self.brand_id)]
        if self.seller_id:
            return [part("seller", self.seller_id)]
        return [part("category", key) for key in (self.shelf, *(self.shelves or ())) if key]

    def facets_of(self, fits: Q) -> QuerySet[ProductFacet]:
        """What these products have, less those that do not fit the choices."""
        if self.product_ids is not None and not fits:
            # There is nothing to look up in products.
            return self.facets
        if self._is_by_shelf_alone and not fits:
            to_come = Product.objects.filter(pk=OuterRef("product_id"), published_at__gt=self.now)
            return self.facets.exclude(Exists(to_come))
        return self.facets.filter(product_id__in=self.products.filter(fits))
