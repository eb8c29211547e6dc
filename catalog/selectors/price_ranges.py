"""Price ranges to filter a list by, cut at the quartiles."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from constance import config
from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, FloatField
from django.utils.translation import gettext as _

from catalog.selectors.types import ListingFilters, ListingTotals, PriceBounds, PriceRange
from core.formats import money

_MIN_CUTS = 2
# Below 2.5 times a power of ten, cuts are rounded to a tenth of it, else to half of it.
_FINE = Decimal("2.5")


class Quartiles(Aggregate):
    """The quartiles of an expression as an array."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


def price_ranges(totals: ListingTotals, filters: ListingFilters) -> tuple[PriceRange, ...]:
    """Three or four ranges with round limits; none if the prices are too close together."""
    cuts = list(_cuts(totals.quartiles, totals.bounds)) if totals.bounds else []
    if len(cuts) < _MIN_CUTS:
        return ()
    return tuple(_range(low, high, filters) for low, high in pairwise([None, *cuts, None]))


def price_label(lowest: Decimal | None, highest: Decimal | None) -> str:
    """A range in words; either end may be open."""
    low, high = (
        None if amount is None else money(amount, config.CURRENCY) for amount in (lowest, highest)
    )
    if low is None:
        return _("Up to %(amount)s") % {"amount": high}
    if high is None:
        return _("From %(amount)s") % {"amount": low}
    return f"{low} – {high}"


def _range(low: Decimal | None, high: Decimal | None, filters: ListingFilters) -> PriceRange:
    """The link of a chosen range removes it."""
    is_chosen = (filters.price_min, filters.price_max) == (low, high)
    others = [pair for pair in filters.pairs() if not pair[0].startswith("price_")]
    ends = [] if is_chosen else [("price_min", low), ("price_max", high)]
    typed = [(name, str(amount)) for name, amount in ends if amount is not None]
    query = ListingFilters.join([*others, *typed], sort=filters.sort)
    return PriceRange(price_label(low, high), query, is_chosen)


def _cuts(quartiles: Iterable[float], bounds: PriceBounds) -> Iterator[Decimal]:
    """Round amounts between the ends, ascending."""
    seen = set()
    for quartile in quartiles:
        cut = _rounded(Decimal(str(quartile)))
        if bounds.lowest < cut < bounds.highest and cut not in seen:
            seen.add(cut)
            yield cut


def _rounded(amount: Decimal) -> Decimal:
    power = Decimal(10) ** amount.adjusted()
    step = power / 10 if amount / power < _FINE else power / 2
    step = max(step, Decimal(1))
    return Decimal(int((amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step))
