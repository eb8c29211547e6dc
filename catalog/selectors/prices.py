"""What a variant has cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from constance import config
from django.utils import timezone

from catalog.models import PriceHistory, Variant

WIDTH, HEIGHT = 600, 100


def lowest_before(variant: Variant) -> Decimal | None:
    """
    The lowest price of the days before today's price began, to stand beside an offer.

    How many days the shop says, usually the law's 30. None if it says 0, or if nothing is known of
    that time. 1 query.
    """
    if config.LOWEST_PRICE_DAYS <= 0:
        return None
    known = PriceHistory.objects.filter(variant=variant, period__isempty=False)
    rows = known.order_by("-period__startswith").values_list("price", "period")
    began = None
    for price, period in rows:
        if price != variant.price:
            break
        began = period.lower
    if began is None:
        return None
    since = began - timedelta(days=config.LOWEST_PRICE_DAYS)
    before = (price for price, period in rows if period.upper and since < period.upper <= began)
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
