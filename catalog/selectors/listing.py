from collections.abc import Sequence

from catalog.models import Product
from catalog.selectors.types import Card, Listing, ListingFilters, Scope


def listing(filters: ListingFilters, *, scope: Scope) -> Listing:
    """One page of what shoppers may see in `scope`, with counts of every facet. At most 8 queries."""
    raise NotImplementedError


def cards_of(products: Sequence[Product]) -> tuple[Card, ...]:
    """The products as cards, in their order. 3 queries."""
    raise NotImplementedError
