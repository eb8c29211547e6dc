"""
Which products fit a choice, and how many each further value would leave.

A facet's own choice does not count for its own values: with "red" chosen, "blue" still says how
many there are. Brand and options must meet in one variant; price, rating and availability are the
product's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.lookups import localized
from catalog.models import Availability, Product, Variant, VariantOption
from catalog.selectors.found import Found, about_lists
from catalog.selectors.types import (
    OPTION_PREFIX,
    Chip,
    Facet,
    FacetValue,
    ListingFilters,
    PriceBounds,
)
from core.formats import money
from pagecache.pieces import piece

_STARS = (4, 3, 2)
_MOST_BRANDS = 40
_MOST_OPTION_VALUES = 30
_MOST_OPTION_FACETS = 6


def fits_product(filters: ListingFilters, *, without: str = "") -> Q:
    """The choices that are about the product itself."""
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


def fitting_variants(filters: ListingFilters, *, without: str = "") -> QuerySet[Variant]:
    """Variants with the chosen brand and all chosen options."""
    variants = Variant.objects.filter(is_active=True)
    if filters.brands and without != "brand":
        variants = variants.filter(brand__slug__in=filters.brands)
    for key, values in filters.options.items():
        if without != key:
            option = VariantOption.objects.filter(
                variant=OuterRef("pk"), key=key, value_key__in=values
            )
            variants = variants.filter(Exists(option))
    return variants


def fitting(products: QuerySet[Product], filters: ListingFilters) -> QuerySet[Product]:
    """The products with a variant of the chosen brand and options."""
    if not (filters.brands or filters.options):
        return products
    return products.filter(Exists(fitting_variants(filters).filter(product=OuterRef("pk"))))


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What is counted of a list, as the database gives it.

    `totals`: number of results, price bounds, counts by rating and availability. `shelves`: how
    many results lie directly in each category.
    """

    totals: dict[str, Any]
    brands: Sequence[tuple[str, str, int]] = ()
    options: Sequence[tuple[str, str, str, str, int]] = ()
    shelves: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of results."""
        return int(self.totals["count"])


def figures(found: Found, filters: ListingFilters, *, by_shelf: bool) -> Figures:
    """
    Those of the list as the shopper has narrowed it; of a whole one they are kept until something
    in it changes. 4 queries, 3 without `by_shelf`, 1 where there is nothing.
    """

    def count() -> Figures:
        totals = _totals(found, filters)[0]
        if not (totals["count"] or filters.is_narrowed):
            return Figures(totals)
        shelves = dict(_on_shelves(found, filters)) if by_shelf and totals["count"] else {}
        return Figures(totals, _brands(found, filters), _options(found, filters), shelves)

    if filters.is_narrowed or not found.shown_by:
        return count()
    return piece(("figures", by_shelf, *found.parts[:-1]), found.shown_by, count)


@about_lists
def _totals(found: Found, filters: ListingFilters) -> QuerySet[Product, Any]:
    no_rating = fits_product(filters, without="rating")
    # One row for the whole list: a group by nothing.
    whole = fitting(found.products, filters).order_by().annotate(whole=Value(1)).values("whole")
    return whole.annotate(
        count=Count("pk", filter=fits_product(filters)),
        lowest=Min("price_from", filter=fits_product(filters, without="price")),
        highest=Max("price_from", filter=fits_product(filters, without="price")),
        available=Count(
            "pk",
            filter=fits_product(filters, without="available")
            & ~Q(availability=Availability.SOLD_OUT),
        ),
        **{
            f"stars_{stars}": Count("pk", filter=no_rating & Q(rating_average__gte=stars))
            for stars in _STARS
        },
    )


def price_bounds(totals: Mapping[str, Any]) -> PriceBounds | None:
    if totals["lowest"] is None:
        return None
    return PriceBounds(totals["lowest"], totals["highest"])


def _without(filters: ListingFilters, name: str, value: str) -> str:
    """The query string with one value of a facet taken away."""
    pairs = [pair for pair in filters.pairs() if pair != (name, value)]
    return ListingFilters.join(pairs, sort=filters.sort)


def brand_facet(counted: Figures, filters: ListingFilters) -> Facet:
    """Brands by number of products."""
    values = [
        FacetValue(slug, name, count, slug in filters.brands)
        for slug, name, count in counted.brands
    ]
    shown = values[:_MOST_BRANDS] + [value for value in values[_MOST_BRANDS:] if value.chosen]
    return Facet("brand", _("Brand"), tuple(shown))


@about_lists
def _brands(found: Found, filters: ListingFilters) -> QuerySet[Variant, tuple[Any, ...]]:
    behind = found.behind("product", fits_product(filters))
    return (
        fitting_variants(filters, without="brand")
        .filter(behind, brand__isnull=False)
        .values("brand")
        .annotate(
            brand_slug=Min("brand__slug"),
            brand_name=Min("brand__name"),
            products=Count("product", distinct=True),
        )
        .order_by("-products", "brand_name")
        .values_list("brand_slug", "brand_name", "products")
    )


def option_facets(counted: Figures, filters: ListingFilters) -> list[Facet]:
    """One facet for each option."""
    counts: dict[str, tuple[str, list[FacetValue]]] = {}
    for key, name, value_key, label, count in counted.options:
        value = FacetValue(
            value_key,
            label,
            count,
            value_key in filters.options.get(key, ()),
            code_of(value_key) if key in COLOUR_OPTIONS else "",
        )
        counts.setdefault(key, (name, []))[1].append(value)
    return _useful(counts, filters)


@about_lists
def _options(found: Found, filters: ListingFilters) -> QuerySet[VariantOption, tuple[Any, ...]]:
    """One count for each chosen option, and one for the rest, in one query."""
    if not filters.options:
        return _option_counts(found, filters)
    parts = [_option_counts(found, filters, without=key).filter(key=key) for key in filters.options]
    rest = _option_counts(found, filters).exclude(key__in=list(filters.options))
    return rest.union(*parts, all=True)


def _option_counts(
    found: Found, filters: ListingFilters, *, without: str = ""
) -> QuerySet[VariantOption, tuple[Any, ...]]:
    options = VariantOption.objects.filter(
        found.behind("variant__product", fits_product(filters)), variant__is_active=True
    )
    if filters.brands or set(filters.options) - {without}:
        options = options.filter(variant__in=fitting_variants(filters, without=without))
    return (
        options.order_by()
        .values("key", "value_key")
        .annotate(
            label=Min(localized("name")),
            text=Min(localized("value")),
            products=Count("variant__product", distinct=True),
        )
        .values_list("key", "label", "value_key", "text", "products")
    )


def _useful(found: dict[str, tuple[str, list[FacetValue]]], filters: ListingFilters) -> list[Facet]:
    """The facets that most products have; a single value leaves nothing to choose."""
    facets = []
    for key, (name, values) in found.items():
        if len(values) > 1 or key in filters.options:
            values.sort(key=lambda value: (-value.count, value.label))
            shown = tuple(values[:_MOST_OPTION_VALUES])
            facets.append(Facet(f"{OPTION_PREFIX}{key}", name, shown))
    facets.sort(key=lambda facet: (-sum(v.count for v in facet.values), facet.parameter))
    kept = [
        facet for place, facet in enumerate(facets) if place < _MOST_OPTION_FACETS or facet.chosen
    ]
    return [_by_size(facet) for facet in kept]


def _by_size(facet: Facet) -> Facet:
    """Sizes from small to large, as shoppers expect them."""
    if facet.parameter != f"{OPTION_PREFIX}size":
        return facet
    return Facet(facet.parameter, facet.label, tuple(sorted(facet.values, key=_size_order)))


_SIZES = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")


def _size_order(value: FacetValue) -> tuple[int, float, str]:
    key = value.value.lower()
    if key in _SIZES:
        return (0, _SIZES.index(key), key)
    number = key.split("-")[0]
    return (1, float(number), key) if number.isdecimal() else (2, 0, key)


def fixed_facets(totals: Mapping[str, Any], filters: ListingFilters) -> list[Facet]:
    """Rating and availability, from the totals."""
    stars = [
        FacetValue(
            str(least),
            _("%(stars)s stars and up") % {"stars": least},
            totals[f"stars_{least}"],
            filters.rating == least,
        )
        for least in _STARS
        if totals[f"stars_{least}"] or filters.rating == least
    ]
    switch = FacetValue(
        "1",
        _("Available now"),
        totals["available"],
        filters.available,
    )
    facets = [Facet("available", _("Availability"), (switch,))]
    return [*facets, Facet("rating", _("Rating"), tuple(stars))] if stars else facets


def chips(filters: ListingFilters, facets: Sequence[Facet]) -> list[Chip]:
    """Every choice that is on, with the address of the list without it."""
    found = [
        Chip(value.label, _without(filters, facet.parameter, value.value))
        for facet in facets
        for value in facet.values
        if value.chosen
    ]
    if filters.price_min is not None or filters.price_max is not None:
        pairs = [pair for pair in filters.pairs() if not pair[0].startswith("price_")]
        label = _price_label(filters.price_min, filters.price_max)
        found.append(Chip(label, ListingFilters.join(pairs, sort=filters.sort)))
    return found


def _price_label(lowest: Decimal | None, highest: Decimal | None) -> str:
    least, most = (
        None if amount is None else money(amount, config.CURRENCY) for amount in (lowest, highest)
    )
    if least is None:
        return _("Up to %(amount)s") % {"amount": most}
    if most is None:
        return _("From %(amount)s") % {"amount": least}
    return f"{least} – {most}"


@about_lists
def _on_shelves(found: Found, filters: ListingFilters) -> QuerySet[Product, tuple[UUID, int]]:
    products = fitting(found.products, filters).filter(fits_product(filters))
    return products.order_by().values_list("category").annotate(products=Count("pk"))
