"""Days on which people work."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.calendar.holidays import holidays_of

SATURDAY, SUNDAY = 5, 6
# A promise a year ahead, counted from a day late in this one, and the holidays behind it.
YEARS_AHEAD = 3


@dataclass(frozen=True)
class WorkingDays:
    """Monday to Friday without holidays, and Saturdays where they count."""

    holidays: Set[date] = frozenset()
    with_saturdays: bool = False

    def __contains__(self, day: date) -> bool:
        is_free = day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not self.with_saturdays)
        return not is_free and day not in self.holidays

    def first(self, day: date) -> date:
        """That day, or else the next on which people work."""
        while day not in self:
            day += timedelta(days=1)
        return day

    def after(self, day: date, days: int) -> date:
        """So many working days later. The day itself is not counted, whether people work or not."""
        for _each in range(days):
            day = self.first(day + timedelta(days=1))
        return day


def working_days(
    country: str, region: str, *, since: date, with_saturdays: bool = False
) -> WorkingDays:
    """The working days there; holidays are known for three years from that day on."""
    return WorkingDays(_holidays(country, region, since.year), with_saturdays)


@lru_cache(maxsize=16)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    years = range(year, year + YEARS_AHEAD)
    return frozenset().union(*(holidays_of(country, region, each) for each in years))
