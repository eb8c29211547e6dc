"""
Conditions for products that match the shopper's filters.

Brand and options must match in one variant; price, rating and availability are the product's.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import BRAND_KEY, Availability, Brand, Product, Variant, VariantOption
from catalog.selectors.listing_scope import ListingScope
from catalog.selectors.types import ListingFilters


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
