"""Which days of a year are holidays, without what it takes to know them."""

import json
import subprocess
import sys
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import cast

from django.core.cache import cache

KEPT = int(timedelta(days=90).total_seconds())
DECADE = 10
ALMANAC = Path(__file__).with_name("almanac.py")


@lru_cache(maxsize=64)
def holidays_of(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of a region by its code; none where none are known."""
    return frozenset(day for day in shared_holidays(country, region, year) if day.year == year)


def shared_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """
    Those of its whole decade from the cache, where they are left for every process of the shop.

    The worker sees to it that they are there before a page needs them.
    """
    first = year - year % DECADE
    key = f"holidays:{version('holidays')}:{country}:{region}:{first}s"
    found = cache.get_or_set(key, lambda: _read(country, region, first), KEPT)
    return cast("frozenset[date]", found)


def _read(country: str, region: str, first: int) -> frozenset[date]:
    """
    In a process of its own.

    The library takes most of a second and 17 MB, for it loads every country, and never lets go.
    """
    years = (str(first), str(first + DECADE - 1))
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", ALMANAC, country, region, *years],
        capture_output=True,
        check=True,
    )
    return frozenset(map(date.fromisoformat, json.loads(done.stdout)))
