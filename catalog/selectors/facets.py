"""
How many products each further value of a facet would leave.

A facet's own choice does not count for its own values: with "red" chosen, "blue" still says how
many there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.lookups import localized
from catalog.models import BRAND_KEY, Availability, Brand, Product, Variant, VariantOption
from catalog.selectors.choices import fits_product, fits_variant, fitting, has_chosen
from catalog.selectors.listing_scope import ListingScope
from catalog.selectors.price_ranges import Quartiles, price_label
from catalog.selectors.types import (
    OPTION_PREFIX,
    Chip,
    Facet,
    FacetValue,
    ListingFilters,
    PriceBounds,
)
from core.database.lookups import OfGroup
from pagecache.pieces import piece

_STARS = (4, 3, 2)
_MAX_BRANDS = 40
_NO_LIMIT = 10**9
_MAX_OPTION_VALUES = 30
_MAX_OPTION_FACETS = 6
_MOST_FIRST = (F("products").desc(), F("brand"))


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


def figures(found: ListingScope, filters: ListingFilters, *, by_shelf: bool) -> Figures:
    """
    Those of the list as the shopper has narrowed it; of a whole one they are kept until something
    in it changes. 4 queries, 1 where there is nothing; 1 less for each: without `by_shelf`, and
    without a chosen brand or option.
    """

    def count() -> Figures:
        totals = _totals(found, filters)[0]
        if not (totals["count"] or filters.is_narrowed):
            return Figures(totals)
        shelves = dict(_on_shelves(found, filters)) if by_shelf and totals["count"] else {}
        return Figures(totals, *_values(found, filters), shelves)

    if filters.is_narrowed or not found.shown_by:
        return count()
    name = (found.shelf, found.shelves, found.brand_id, found.seller_id)
    return piece(("figures", by_shelf, *name), found.shown_by, count)


def _totals(found: ListingScope, filters: ListingFilters) -> QuerySet[Product, Any]:
    no_rating = fits_product(filters, without="rating")
    # One row for the whole list: a group by nothing.
    whole = fitting(found, filters).order_by().annotate(whole=Value(1)).values("whole")
    return whole.annotate(
        count=Count("pk", filter=fits_product(filters)),
        lowest=Min("price_from", filter=fits_product(filters, without="price")),
        highest=Max("price_from", filter=fits_product(filters, without="price")),
        quartiles=Quartiles(
            Cast("price_from", FloatField()), filter=fits_product(filters, without="price")
        ),
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
    shown = values[:_MAX_BRANDS] + [value for value in values[_MAX_BRANDS:] if value.chosen]
    return Facet("brand", _("Brand"), tuple(shown))


def _values(found: ListingScope, filters: ListingFilters) -> tuple[list[Any], list[Any]]:
    """Of brands and of options. 2 queries, 1 where none of them is chosen."""
    if filters.brands or filters.options:
        return list(_brands(found, filters)), list(_options(found, filters))
    brands, options = [], []
    for key, value_key, slug, brand, name, text, products in _all_values(found, filters):
        if key == BRAND_KEY:
            brands.append((slug, brand, products))
        else:
            options.append((key, name, value_key, text, products))
    return brands, options


def _all_values(found: ListingScope, filters: ListingFilters) -> QuerySet[Any, tuple[Any, ...]]:
    rows = found.facets_of(fits_product(filters)).values("key", "value_key")
    named = rows.annotate(**_names_of_brands(), **_names_of_options(), products=Count("*"))
    return named.order_by(*_MOST_FIRST).values_list(
        *("key", "value_key", "slug", "brand", "name", "text", "products")
    )


def _brands(found: ListingScope, filters: ListingFilters) -> QuerySet[Any, tuple[Any, ...]]:
    if filters.options:
        return _brands_of_variants(found, filters)
    rows = found.facets_of(fits_product(filters)).filter(key=BRAND_KEY).values("key", "value_key")
    named = rows.annotate(**_names_of_brands(), products=Count("*"))
    return named.order_by(*_MOST_FIRST).values_list("slug", "brand", "products")


def _brands_of_variants(
    found: ListingScope, filters: ListingFilters
) -> QuerySet[Variant, tuple[Any, ...]]:
    """Of those with all chosen options."""
    return (
        Variant.objects.filter(
            fits_variant(filters, without="brand"),
            product__in=_but(found, filters, "brand"),
            brand__isnull=False,
        )
        .values("brand")
        .annotate(
            brand_slug=Min("brand__slug"),
            brand_name=Min("brand__name"),
            products=Count("product", distinct=True),
        )
        .order_by("-products", "brand_name")
        .values_list("brand_slug", "brand_name", "products")
    )


def _but(found: ListingScope, filters: ListingFilters, facet: str) -> QuerySet[Product]:
    """
    The products that may fit all choices but those of this facet.

    The limit has PostgreSQL find them first: among so many tables it would miss the best order.
    """
    having = has_chosen(found, filters, without=facet)
    return found.products.filter(having, fits_product(filters))[:_NO_LIMIT]


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


def _options(found: ListingScope, filters: ListingFilters) -> QuerySet[Any, tuple[Any, ...]]:
    """One count for each chosen option, and one for the rest, in one query."""
    if not filters.options:
        return _option_counts(found, filters)
    parts = [_option_counts(found, filters, without=key).filter(key=key) for key in filters.options]
    rest = _option_counts(found, filters).exclude(key__in=list(filters.options))
    return rest.union(*parts, all=True)


def _option_counts(
    found: ListingScope, filters: ListingFilters, *, without: str = ""
) -> QuerySet[Any, tuple[Any, ...]]:
    if filters.brands or set(filters.options) - {without}:
        return _options_of_variants(found, filters, without=without)
    rows = found.facets_of(fits_product(filters)).filter(key__gt=BRAND_KEY)
    named = rows.values("key", "value_key").annotate(**_names_of_options(), products=Count("*"))
    return named.values_list("key", "name", "value_key", "text", "products")


def _names_of_brands() -> dict[str, OfGroup]:
    """Nothing for options, whose values are no keys of rows."""
    key = Case(
        When(Exact(OuterRef("key"), BRAND_KEY), then=Cast(OuterRef("value_key"), UUIDField()))
    )
    brand = Brand.objects.filter(pk=key)
    return {"slug": OfGroup(brand.values("slug")), "brand": OfGroup(brand.values("name"))}


def _names_of_options() -> dict[str, OfGroup]:
    """As the oldest variant in the shop has them, the same on each shelf."""
    options = VariantOption.objects.filter(key=OuterRef("key"), value_key=OuterRef("value_key"))
    first = options.order_by("variant")[:1]
    return {
        "name": OfGroup(first.values_list(localized("name"))),
        "text": OfGroup(first.values_list(localized("value"))),
    }


def _options_of_variants(
    found: ListingScope, filters: ListingFilters, *, without: str
) -> QuerySet[VariantOption, tuple[Any, ...]]:
    """Of those with the chosen brand and all other options."""
    # Not by the manager: that of translated fields mixes up the columns, which a union may not.
    options: QuerySet[VariantOption] = QuerySet(VariantOption)
    return (
        options.filter(
            fits_variant(filters, without=without, of="variant"),
            variant__product__in=_but(found, filters, without),
        )
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
            shown = tuple(values[:_MAX_OPTION_VALUES])
            facets.append(Facet(f"{OPTION_PREFIX}{key}", name, shown))
    facets.sort(key=lambda facet: (-sum(v.count for v in facet.values), facet.parameter))
    kept = [
        facet for place, facet in enumerate(facets) if place < _MAX_OPTION_FACETS or facet.chosen
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
        label = price_label(filters.price_min, filters.price_max)
        found.append(Chip(label, ListingFilters.join(pairs, sort=filters.sort)))
    return found


def _on_shelves(
    found: ListingScope, filters: ListingFilters
) -> QuerySet[Product, tuple[UUID, int]]:
    products = fitting(found, filters).filter(fits_product(filters))
    return products.order_by().values_list("category").annotate(products=Count("pk"))
