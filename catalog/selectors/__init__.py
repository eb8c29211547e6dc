"""Queries of the catalogue: lists, product pages, and the conditions of sale."""

from catalog.selectors.cards import Card, CardPicture, cards_of
from catalog.selectors.category_tree import (
    CategoryNode,
    active_categories,
    active_category,
    category_path,
    size_guide_of,
)
from catalog.selectors.comparison import (
    MAX_COMPARED,
    comparable,
    comparison,
    visible_variants,
)
from catalog.selectors.listing import listing
from catalog.selectors.obstacles import Obstacle, hindrances, hints, obstacles, unseen_products
from catalog.selectors.pictures import first_pictures, pictures_for, with_variants
from catalog.selectors.prices import lowest_before, price_course
from catalog.selectors.product import chosen_sku, product_page
from catalog.selectors.related import cards_by_slug, related
from catalog.selectors.sale import (
    AT_ONCE,
    PaymentLimits,
    active_collections,
    cached_variants_for_sale,
    hold_minutes,
    limits_of,
    payment_limits,
    running_drops,
    sale_refusals,
    shown_kits,
    variant_of,
    variants_for_sale,
)
from catalog.selectors.staff import (
    known_attributes,
    known_options,
    options_of,
    picture_values,
    protected_rows,
)
from catalog.selectors.types import (
    OPTION_PREFIX,
    PAGE_SIZE,
    Compared,
    Facet,
    Listing,
    ListingFilters,
    Option,
    OptionChoice,
    OptionGroup,
    ProductPage,
    Scope,
    Sort,
    asked_options,
)
