"""Public holidays of a country, computed once per decade and cached for all processes."""

from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import cast

import holidays
from django.core.cache import cache

CACHED_FOR = int(timedelta(days=90).total_seconds())
DECADE = 10


@lru_cache(maxsize=64)
def holidays_of(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of a region by its code; none where none are known."""
    return frozenset(day for day in decade_of_holidays(country, region, year) if day.year == year)


def decade_of_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """
    The public holidays of the decade of a year, from the cache.

    A daily task fills the cache (core.tasks): the library loads every country at its first
    question, which takes half a second and 20 MB.
    """
    first = year - year % DECADE
    key = f"holidays:{version('holidays')}:{country}:{region}:{first}s"
    found = cache.get_or_set(key, lambda: _compute(country, region, first), CACHED_FOR)
    return cast("frozenset[date]", found)


def _compute(country: str, region: str, first: int) -> frozenset[date]:
    years = range(first, first + DECADE)
    for subdivision in (region or None, None):
        # Neither every country nor every region is known.
        with suppress(NotImplementedError):
            return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years))
    return frozenset()
