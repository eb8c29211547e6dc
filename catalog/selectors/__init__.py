"""Reads of the catalogue: lists, product pages, and what may be sold now."""

from catalog.selectors.cards import cards_of
from catalog.selectors.listing import listing
from catalog.selectors.prices import lowest_before
from catalog.selectors.product import product_page
from catalog.selectors.sale import (
    active_collections,
    hold_minutes,
    payment_limits,
    running_drops,
    sale_refusals,
    variant_of,
    variants_at_hand,
    variants_for_sale,
)
from catalog.selectors.types import (
    PAGE_SIZE,
    Card,
    Chip,
    Colour,
    Facet,
    FacetValue,
    Listing,
    ListingFilters,
    OptionChoice,
    OptionGroup,
    PriceBounds,
    ProductPage,
    Scope,
    Shelf,
    Sort,
    Specification,
)

__all__ = [
    "PAGE_SIZE",
    "Card",
    "Chip",
    "Colour",
    "Facet",
    "FacetValue",
    "Listing",
    "ListingFilters",
    "OptionChoice",
    "OptionGroup",
    "PriceBounds",
    "ProductPage",
    "Scope",
    "Shelf",
    "Sort",
    "Specification",
    "active_collections",
    "cards_of",
    "hold_minutes",
    "listing",
    "lowest_before",
    "payment_limits",
    "product_page",
    "running_drops",
    "sale_refusals",
    "variant_of",
    "variants_at_hand",
    "variants_for_sale",
]
