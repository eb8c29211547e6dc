"""Which days of a year are holidays, without what it takes to know them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from typing import cast

from django.core.cache import cache

KEPT = int(timedelta(days=90).total_seconds())


@lru_cache(maxsize=64)
def holidays_of(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of a region by its code; none where none are known."""
    return shared_holidays(country, region, year)


def shared_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """
    The same from the cache, where they are left for every process of the shop.

    The library that computes them takes most of a second and 45 MB, for it loads every country:
    only the process that first asks for a year loads it, and the worker sees to it that it is his.
    """
    key = f"holidays:{version('holidays')}:{country}:{region}:{year}"
    found = cache.get_or_set(key, lambda: _read(country, region, year), KEPT)
    return cast("frozenset[date]", found)


def _read(country: str, region: str, year: int) -> frozenset[date]:
    read: Callable[..., dict[date, str]] = import_module("holidays").country_holidays
    for area in (region or None, None):
        # Neither every country nor every region is known.
        with suppress(NotImplementedError):
            return frozenset(read(country, subdiv=area, years=year))
    return frozenset()
