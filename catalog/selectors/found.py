"""The products of a list before the shopper chooses among them, and how they are asked about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.models import Product, Variant
from catalog.selectors.types import ListingFilters
from core.lookups import AnyOf
from core.pages import part
from core.planned import planned

Row = TypeVar("Row")
_NOTHING = ListingFilters()


@dataclass(frozen=True, slots=True)
class Found:
    """What is on open shelves now, or what a search has named; both as keys."""

    shelf: UUID | None = None
    shelves: Sequence[UUID] | None = None
    product_ids: Sequence[str] | None = None
    brand_id: UUID | None = None
    seller_id: UUID | None = None
    collection_id: UUID | None = None
    now: datetime | None = None

    @property
    def parts(self) -> tuple[Any, ...]:
        return (
            *(self.shelf, self.shelves, self.product_ids, self.brand_id, self.seller_id),
            *(self.collection_id, self.now),
        )

    @property
    def products(self) -> QuerySet[Product]:
        """No query of its own. A search finds nothing that shoppers may not see."""
        if self.product_ids is not None:
            return Product.objects.filter(AnyOf(F("pk"), self.product_ids))
        # The shelves are known to be open: there is no need to join them.
        products: QuerySet[Product] = Product.objects.released(self.now)
        if self.shelf:
            # Not as a list of one, which no index has in the order of the list.
            products = products.filter(category=self.shelf)
        else:
            products = products.filter(AnyOf(F("category"), self.shelves or ()))
        if self.brand_id:
            variants = Variant.objects.filter(product=OuterRef("pk"), brand=self.brand_id)
            products = products.filter(Exists(variants))
        if self.seller_id:
            products = products.filter(seller=self.seller_id)
        if self.collection_id:
            products = products.filter(collection_entries__collection=self.collection_id)
        return products

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

    def behind(self, field: str, fits: Q) -> Q:
        """Rows of these products, less those that do not fit the choices about products."""
        if self.product_ids is not None and not fits:
            # There is nothing to look up in products.
            return Q(AnyOf(F(field), self.product_ids))
        return Q(**{f"{field}__in": self.products.filter(fits)})


class about_lists(Generic[Row]):  # noqa: N801 - a decorator
    """
    Make a function of a list and the choices in it, which gives a queryset, one that gives rows.

    Where nothing is chosen, as on most pages, its SQL is written once for all lists of that kind.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Row]"]) -> None:
        self._build = build
        self._whole = planned(self._of_whole)

    def __call__(self, found: Found, filters: ListingFilters, *flags: Any) -> list[Row]:
        if filters.is_narrowed:
            return list(self._build(found, filters, *flags))
        return self._whole(*found.parts, *flags)

    def _of_whole(self, *given: Any) -> "QuerySet[Any, Row]":
        fields = len(Found.__slots__)
        return self._build(Found(*given[:fields]), _NOTHING, *given[fields:])
