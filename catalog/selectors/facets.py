"""
How many products each value of a facet would leave.

A facet ignores its own choice: with "red" chosen, "blue" still shows its count.
"""

from collections.abc import Iterable, Mapping, Sequence
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
from catalog.selectors.listing_scope import (
    ListingScope,
    fits_product,
    fits_variant,
    has_chosen,
    matching,
    with_variant,
)
from catalog.selectors.price_ranges import Quartiles, price_label
from catalog.selectors.types import (
    OPTION_PREFIX,
    Chip,
    Facet,
    FacetValue,
    ListingFilters,
    ListingTotals,
)
from core.database.compiled import compiled
from core.database.lookups import OfGroup
from pagecache.fragments import cached_fragment

_STARS = (4, 3, 2)
_MAX_BRANDS = 40
_NO_LIMIT = 10**9
_MAX_OPTION_VALUES = 30
_MAX_OPTION_FACETS = 6
_MOST_FIRST = (F("products").desc(), F("brand"))


@dataclass(frozen=True, slots=True)
class ListingCounts:
    """
    What the database counts of a list.

    `brands`: slug, name, products. `options`: key, name, value's key, value, products.
    `categories`: the results that lie directly in each.
    """

    totals: ListingTotals
    brands: Sequence[tuple[str, str, int]] = ()
    options: Sequence[tuple[str, str, str, str, int]] = ()
    categories: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of results."""
        return self.totals.count


def count_listing(
    scope: ListingScope, filters: ListingFilters, *, by_category: bool
) -> ListingCounts:
    """
    Count the list as filtered. Counts of an unfiltered list are cached by tags.

    1 query if nothing matches, else 2; 1 more `by_category`, and 1 more with a brand or option.
    """

    def count() -> ListingCounts:
        totals = _totals(scope, filters)
        if not (totals.count or filters.is_narrowed):
            return ListingCounts(totals)
        brands, options = _brands_and_options(scope, filters)
        categories = _by_category(scope, filters) if by_category and totals.count else {}
        return ListingCounts(totals, brands, options, categories)

    if filters.is_narrowed or not scope.cache_tags:
        return count()
    name = (scope.category_id, scope.category_ids, scope.brand_id, scope.seller_id)
    return cached_fragment(("figures", by_category, *name), scope.cache_tags, count)


def _totals(scope: ListingScope, filters: ListingFilters) -> ListingTotals:
    if scope.product_ids is not None and not filters.is_narrowed:
        row = _totals_of_search(scope.product_ids)[0]
    else:
        row = _total_row(scope, filters)[0]
    return ListingTotals(
        count=row["count"],
        available=row["available"],
        by_stars={stars: row[f"stars_{stars}"] for stars in _STARS},
        lowest=row["lowest"],
        highest=row["highest"],
        quartiles=row["quartiles"] or (),
    )


@compiled
def _totals_of_search(products: Sequence[str]) -> QuerySet[Any, Any]:
    return _total_row(ListingScope(product_ids=products), ListingFilters())


def _total_row(scope: ListingScope, filters: ListingFilters) -> QuerySet[Any, Any]:
    any_price = fits_product(filters, without="price")
    any_availability = fits_product(filters, without="available")
    any_rating = fits_product(filters, without="rating")
    # Group by a constant: one row for the whole list.
    whole = with_variant(scope, filters).order_by().annotate(whole=Value(1)).values("whole")
    return whole.annotate(
        count=Count("pk", filter=fits_product(filters)),
        lowest=Min("price_from", filter=any_price),
        highest=Max("price_from", filter=any_price),
        quartiles=Quartiles(Cast("price_from", FloatField()), filter=any_price),
        available=Count("pk", filter=any_availability & ~Q(availability=Availability.SOLD_OUT)),
        **{
            f"stars_{stars}": Count("pk", filter=any_rating & Q(rating_average__gte=stars))
            for stars in _STARS
        },
    )


def _without(filters: ListingFilters, name: str, value: str) -> str:
    """The query string without one value of a facet."""
    pairs = [pair for pair in filters.pairs() if pair != (name, value)]
    return ListingFilters.join(pairs, sort=filters.sort)


def brand_facet(counts: ListingCounts, filters: ListingFilters) -> Facet:
    """Brands, the most frequent first."""
    values = [
        FacetValue(slug, name, count, slug in filters.brands) for slug, name, count in counts.brands
    ]
    shown = values[:_MAX_BRANDS] + [value for value in values[_MAX_BRANDS:] if value.chosen]
    return Facet("brand", _("Brand"), tuple(shown))


def _brands_and_options(
    scope: ListingScope, filters: ListingFilters
) -> tuple[list[Any], list[Any]]:
    """Their counts. 2 queries, 1 where none of them is chosen."""
    if filters.brands or filters.options:
        return list(_brands(scope, filters)), list(_options(scope, filters))
    brands, options = [], []
    found: Iterable[tuple[Any, ...]]
    if scope.product_ids is not None and not filters.is_narrowed:
        found = _values_of_search(scope.product_ids)
    else:
        found = _all_values(scope, filters)
    for key, value_key, slug, brand, name, text, products in found:
        if key == BRAND_KEY:
            brands.append((slug, brand, products))
        else:
            options.append((key, name, value_key, text, products))
    return brands, options


@compiled
def _values_of_search(products: Sequence[str]) -> QuerySet[Any, tuple[Any, ...]]:
    return _all_values(ListingScope(product_ids=products), ListingFilters())


def _all_values(scope: ListingScope, filters: ListingFilters) -> QuerySet[Any, tuple[Any, ...]]:
    rows = scope.facets_of(fits_product(filters)).values("key", "value_key")
    named = rows.annotate(**_names_of_brands(), **_names_of_options(), products=Count("*"))
    return named.order_by(*_MOST_FIRST).values_list(
        *("key", "value_key", "slug", "brand", "name", "text", "products")
    )


def _brands(scope: ListingScope, filters: ListingFilters) -> QuerySet[Any, tuple[Any, ...]]:
    if filters.options:
        return _brands_of_variants(scope, filters)
    rows = scope.facets_of(fits_product(filters)).filter(key=BRAND_KEY).values("key", "value_key")
    named = rows.annotate(**_names_of_brands(), products=Count("*"))
    return named.order_by(*_MOST_FIRST).values_list("slug", "brand", "products")


def _brands_of_variants(
    scope: ListingScope, filters: ListingFilters
) -> QuerySet[Variant, tuple[Any, ...]]:
    """Brands of the variants with all chosen options."""
    return (
        Variant.objects.filter(
            fits_variant(filters, without="brand"),
            product__in=_candidates(scope, filters, without="brand"),
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


def _candidates(scope: ListingScope, filters: ListingFilters, *, without: str) -> QuerySet[Product]:
    """
    Products that may match all filters but those of one facet.

    The limit makes PostgreSQL evaluate this subquery first; its planner misses that order.
    """
    having = has_chosen(scope, filters, without=without)
    return scope.products.filter(having, fits_product(filters))[:_NO_LIMIT]


def option_facets(counts: ListingCounts, filters: ListingFilters) -> list[Facet]:
    """One facet for each option."""
    found: dict[str, tuple[str, list[FacetValue]]] = {}
    for key, name, value_key, label, count in counts.options:
        value = FacetValue(
            value_key,
            label,
            count,
            value_key in filters.options.get(key, ()),
            code_of(value_key) if key in COLOUR_OPTIONS else "",
        )
        found.setdefault(key, (name, []))[1].append(value)
    return _useful(found, filters)


def _options(scope: ListingScope, filters: ListingFilters) -> QuerySet[Any, tuple[Any, ...]]:
    """Counts of each filtered option without its own filter, and of all others, in one query."""
    if not filters.options:
        return _option_counts(scope, filters)
    parts = [_option_counts(scope, filters, without=key).filter(key=key) for key in filters.options]
    rest = _option_counts(scope, filters).exclude(key__in=list(filters.options))
    return rest.union(*parts, all=True)


def _option_counts(
    scope: ListingScope, filters: ListingFilters, *, without: str = ""
) -> QuerySet[Any, tuple[Any, ...]]:
    if filters.brands or set(filters.options) - {without}:
        return _options_of_variants(scope, filters, without=without)
    rows = scope.facets_of(fits_product(filters)).filter(key__gt=BRAND_KEY)
    named = rows.values("key", "value_key").annotate(**_names_of_options(), products=Count("*"))
    return named.values_list("key", "name", "value_key", "text", "products")


def _names_of_brands() -> dict[str, OfGroup]:
    """Null for options: their values are no keys of brands."""
    key = Case(
        When(Exact(OuterRef("key"), BRAND_KEY), then=Cast(OuterRef("value_key"), UUIDField()))
    )
    brand = Brand.objects.filter(pk=key)
    return {"slug": OfGroup(brand.values("slug")), "brand": OfGroup(brand.values("name"))}


def _names_of_options() -> dict[str, OfGroup]:
    """Names from the oldest variant, so that they are the same in all lists."""
    options = VariantOption.objects.filter(key=OuterRef("key"), value_key=OuterRef("value_key"))
    first = options.order_by("variant")[:1]
    return {
        "name": OfGroup(first.values_list(localized("name"))),
        "text": OfGroup(first.values_list(localized("value"))),
    }


def _options_of_variants(
    scope: ListingScope, filters: ListingFilters, *, without: str
) -> QuerySet[VariantOption, tuple[Any, ...]]:
    """Options of the variants with the chosen brand and all other options."""
    # Not by the manager: that of translated fields changes the order of columns in a union.
    options: QuerySet[VariantOption] = QuerySet(VariantOption)
    return (
        options.filter(
            fits_variant(filters, without=without, of="variant"),
            variant__product__in=_candidates(scope, filters, without=without),
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
    """The facets that most products have; facets with a single value are left out."""
    facets = []
    for key, (name, values) in found.items():
        if len(values) > 1 or key in filters.options:
            values.sort(key=lambda value: (-value.count, value.label))
            shown = tuple(values[:_MAX_OPTION_VALUES])
            facets.append(Facet(f"{OPTION_PREFIX}{key}", name, shown))
    facets.sort(key=lambda facet: (-sum(v.count for v in facet.values), facet.parameter))
    return [
        _by_size(facet)
        for place, facet in enumerate(facets)
        if place < _MAX_OPTION_FACETS or facet.chosen
    ]


def _by_size(facet: Facet) -> Facet:
    """Sizes from small to large."""
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


def fixed_facets(totals: ListingTotals, filters: ListingFilters) -> list[Facet]:
    """Rating and availability, from the totals."""
    stars = [
        FacetValue(
            str(least),
            _("%(stars)s stars and up") % {"stars": least},
            products,
            filters.rating == least,
        )
        for least, products in totals.by_stars.items()
        if products or filters.rating == least
    ]
    switch = FacetValue("1", _("Available now"), totals.available, filters.available)
    facets = [Facet("available", _("Availability"), (switch,))]
    return [*facets, Facet("rating", _("Rating"), tuple(stars))] if stars else facets


def chips(filters: ListingFilters, facets: Sequence[Facet]) -> list[Chip]:
    """The active filters, each with the query string that removes it."""
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


def _by_category(scope: ListingScope, filters: ListingFilters) -> dict[UUID, int]:
    rows = matching(scope, filters).order_by().values_list("category")
    return dict(rows.annotate(products=Count("pk")))
