"""Days of sales drawn: bars that lead to their orders, and the days before as a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.formats import money
from core.money import ZERO

ByDay = Mapping[date, Decimal]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A day: its place, and its height, and that of the same day before, in percent of the best."""

    day: date
    day_before: date
    place: int
    total: Decimal
    before: Decimal
    currency: str
    height: int
    height_before: int
    url: str

    @property
    def top(self) -> int:
        return 100 - self.height

    @property
    def label(self) -> str:
        """What is read beside the pointer."""
        return _("%(day)s: %(total)s. Before, %(day_before)s: %(before)s") % {
            "day": date_format(self.day, "SHORT_DAY_FORMAT"),
            "total": money(self.total, self.currency),
            "day_before": date_format(self.day_before, "SHORT_DAY_FORMAT"),
            "before": money(self.before, self.currency),
        }


@dataclass(frozen=True, kw_only=True)
class Chart:
    bars: list[Bar]

    @property
    def line(self) -> str:
        """The points of the days before."""
        return " ".join(f"{bar.place}.5,{100 - bar.height_before}" for bar in self.bars)


def chart(first: date, days: int, *, now: ByDay, before: ByDay, currency: str, by: str) -> Chart:
    """So many days beside the same number of days before them; `by` dates the orders of a bar."""
    best = max([*now.values(), *before.values()], default=ZERO) or Decimal(1)
    bars = []
    for place in range(days):
        day = first + timedelta(days=place)
        day_before = day - timedelta(days=days)
        total, earlier = now.get(day, ZERO), before.get(day_before, ZERO)
        bars.append(
            Bar(
                day=day,
                day_before=day_before,
                place=place,
                total=total,
                before=earlier,
                currency=currency,
                height=int(100 * total / best),
                height_before=int(100 * earlier / best),
                url=orders_of(day, by=by),
            )
        )
    return Chart(bars=bars)


def orders_of(day: date, *, by: str) -> str:
    """The list of the day's orders: by when they were `placed_at` or `paid_at`."""
    query = urlencode({f"{by}__from": day, f"{by}__to": day})
    return f"{reverse('admin:orders_order_changelist')}?{query}"
