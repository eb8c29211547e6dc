"""Past prices of a variant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from django.utils import timezone

from catalog.models import PriceHistory, Variant

WIDTH, HEIGHT = 600, 100
# Price, start, and end if it has ended.
Period = tuple[Decimal, datetime | None, datetime | None]


def lowest_before(variant: Variant, days: int) -> Decimal | None:
    """
    The lowest price in the days before the current price began, as the law asks for offers.

    Usually 30 days (LOWEST_PRICE_DAYS); None for 0, or without any record. 1 query.
    """
    known = PriceHistory.objects.filter(variant=variant, period__isempty=False)
    rows = known.order_by("-period__startswith").values_list("price", "period")
    periods = [(price, period.lower, period.upper) for price, period in rows]
    return _lowest(variant.price, periods, days)


def _lowest(current: Decimal, periods: Sequence[Period], days: int) -> Decimal | None:
    if days <= 0:
        return None
    today = takewhile(lambda period: period[0] == current, periods)
    starts = [began for _price, began, _ended in today if began]
    if not starts:
        return None
    since = starts[-1] - timedelta(days=days)
    before = (price for price, _began, ended in periods if ended and since < ended <= starts[-1])
    return min(before, default=None)


@dataclass(frozen=True)
class PriceCourse:
    """Past prices of a variant: a chart, and periods with the latest first."""

    periods: list[PriceHistory]
    starts_at: datetime
    highest: Decimal
    price: str
    list_price: str


def price_course(variant: Variant, most: int = 60) -> PriceCourse | None:
    """The latest periods of a variant's prices; None without any. 1 query."""
    rows = PriceHistory.objects.filter(variant=variant, period__isempty=False)
    periods = list(rows.order_by("-period__startswith")[:most])
    if not periods:
        return None
    past = periods[::-1]
    highest = max(max(each.price, each.list_price) for each in past) or Decimal(1)
    times = [each.period.lower or each.created_at for each in past] + [timezone.now()]
    whole = (times[-1] - times[0]).total_seconds() or 1
    ends = [round(WIDTH * (time - times[0]).total_seconds() / whole) for time in times]
    return PriceCourse(
        periods=periods,
        starts_at=times[0],
        highest=highest,
        price=_line(ends, [each.price for each in past], highest),
        list_price=_line(ends, [each.list_price for each in past], highest),
    )


def _line(ends: Sequence[int], amounts: Sequence[Decimal], highest: Decimal) -> str:
    """A step chart as the points of an SVG polyline, with some room at the top."""
    heights = [HEIGHT - round(HEIGHT * Decimal("0.94") * each / highest) for each in amounts]
    steps = zip(ends, ends[1:], heights, strict=False)
    return " ".join(f"{start},{y} {end},{y}" for start, end, y in steps)
