"""What to take back where the chosen filters leave nothing."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.lookups import localized
from catalog.models import Brand, VariantOption
from catalog.selectors import facets
from catalog.selectors.choices import fits_product, fitting
from catalog.selectors.listing_scope import ListingScope
from catalog.selectors.types import OPTION_PREFIX, Chip, ListingFilters

_MAX = 6


def choices(found: ListingScope, filters: ListingFilters) -> tuple[Chip, ...]:
    """
    Every chosen filter, with what the list would have without it. 1 query each, and 2 for names.

    Facets do not name what no product of theirs has, so that an empty list has to.
    """
    chips = facets.chips(filters, [])  # the price, whose two ends are one choice
    names = _names(filters)
    pairs = [pair for pair in filters.pairs() if not pair[0].startswith("price_")]
    for pair in pairs[:_MAX]:
        rest = [other for other in filters.pairs() if other != pair]
        chips.append(Chip(names.get(pair, pair[1]), ListingFilters.join(rest, sort=filters.sort)))
    return tuple(Chip(chip.label, chip.query, _count(found, chip.query)) for chip in chips)


def _count(found: ListingScope, query: str) -> int:
    filters = ListingFilters.from_query(QueryDict(query))
    return fitting(found, filters).filter(fits_product(filters)).count()


def _names(filters: ListingFilters) -> dict[tuple[str, str], str]:
    """What people call the choices. 2 queries at the most."""
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
