"""Suggests which filter to remove if nothing matches."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.lookups import localized
from catalog.models import Brand, VariantOption
from catalog.selectors import facets
from catalog.selectors.choices import matching
from catalog.selectors.listing_scope import ListingScope
from catalog.selectors.types import OPTION_PREFIX, Chip, ListingFilters

_MAX = 6


def choices(scope: ListingScope, filters: ListingFilters) -> list[Chip]:
    """
    The active filters, each with the number of results without it.

    1 query each, and 2 for labels, which the facets of an empty list do not have.
    """
    chips = facets.chips(filters, [])  # minimum and maximum price are one filter
    names = _names(filters)
    pairs = [pair for pair in filters.pairs() if not pair[0].startswith("price_")]
    for pair in pairs[:_MAX]:
        rest = [other for other in filters.pairs() if other != pair]
        chips.append(Chip(names.get(pair, pair[1]), ListingFilters.join(rest, sort=filters.sort)))
    return [Chip(chip.label, chip.query, _count(scope, chip.query)) for chip in chips]


def _count(scope: ListingScope, query: str) -> int:
    return matching(scope, ListingFilters.from_query(QueryDict(query))).count()


def _names(filters: ListingFilters) -> dict[tuple[str, str], str]:
    """Labels of the filtered values. At most 2 queries."""
    names = {("available", "1"): _("Available now")}
    if filters.rating:
        stars = _("%(stars)s stars and up") % {"stars": filters.rating}
        names["rating", str(filters.rating)] = stars
    if filters.brands:
        brands = Brand.objects.filter(slug__in=filters.brands).values_list("slug", "name")
        names |= {("brand", slug): name for slug, name in brands}
    if filters.options:
        values = {value for chosen in filters.options.values() for value in chosen}
        options = (
            VariantOption.objects.filter(key__in=list(filters.options), value_key__in=values)
            .annotate(text=localized("value"))
            .values_list("key", "value_key", "text")
            .distinct()
        )
        names |= {(f"{OPTION_PREFIX}{key}", value): text for key, value, text in options}
    return names
