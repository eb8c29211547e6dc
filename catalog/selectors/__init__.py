"""Reads of the catalogue: lists, product pages, and what may be sold now."""

from catalog.selectors.card import Card, CardPicture, Colour
from catalog.selectors.cards import cards_of
from catalog.selectors.comparison import MOST_COMPARED, comparable, comparison
from catalog.selectors.kept import kept
from catalog.selectors.kits import shown_kits
from catalog.selectors.listing import listing
from catalog.selectors.options import KnownOption, known_options, options_of
from catalog.selectors.prices import PriceCourse, lowest_before, price_course
from catalog.selectors.product import product_page
from catalog.selectors.related import cards_by_slug, related
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
from catalog.selectors.shelves import open_category, open_shelves
from catalog.selectors.types import (
    PAGE_SIZE,
    Chip,
    Compared,
    Facet,
    FacetValue,
    Image,
    Listing,
    ListingFilters,
    Option,
    OptionChoice,
    OptionGroup,
    PriceBounds,
    ProductPage,
    Related,
    Scope,
    Shelf,
    Sort,
    Specification,
)

__all__ = [
    "MOST_COMPARED",
    "PAGE_SIZE",
    "Card",
    "CardPicture",
    "Chip",
    "Colour",
    "Compared",
    "Facet",
    "FacetValue",
    "Image",
    "KnownOption",
    "Listing",
    "ListingFilters",
    "Option",
    "OptionChoice",
    "OptionGroup",
    "PriceBounds",
    "PriceCourse",
    "ProductPage",
    "Related",
    "Scope",
    "Shelf",
    "Sort",
    "Specification",
    "active_collections",
    "cards_by_slug",
    "cards_of",
    "comparable",
    "comparison",
    "hold_minutes",
    "kept",
    "known_options",
    "listing",
    "lowest_before",
    "open_category",
    "open_shelves",
    "options_of",
    "payment_limits",
    "price_course",
    "product_page",
    "related",
    "running_drops",
    "sale_refusals",
    "shown_kits",
    "variant_of",
    "variants_at_hand",
    "variants_for_sale",
]
