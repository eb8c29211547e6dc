"""What a variant has cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from django.utils import timezone

from catalog.models import PriceHistory, Variant

WIDTH, HEIGHT = 600, 100
# A price, since when, and until when if it is over.
Period = tuple[Decimal, datetime | None, datetime | None]


def lowest_before(variant: Variant, days: int) -> Decimal | None:
    """
    The lowest price of so many days before today's price began, to stand beside an offer.

    Usually the law's 30 (LOWEST_PRICE_DAYS). None for 0, or if nothing is known of that time.
    1 query.
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
    """What a variant has cost, as a line of steps, and period by period with the latest first."""

    periods: list[PriceHistory]
    starts_at: datetime
    highest: Decimal
    price: str
    list_price: str


def price_course(variant: Variant, most: int = 60) -> PriceCourse | None:
    """The latest periods of a variant's prices; None if there is none. 1 query."""
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
    """Steps from left to right, as an SVG polyline has them; the highest leaves some room."""
    heights = [HEIGHT - round(HEIGHT * Decimal("0.94") * each / highest) for each in amounts]
    steps = zip(ends, ends[1:], heights, strict=False)
    return " ".join(f"{start},{y} {end},{y}" for start, end, y in steps)
