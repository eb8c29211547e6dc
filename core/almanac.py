"""
The public holidays of a country's years, as a program that ends when it has told them.

    python -P core/almanac.py COUNTRY REGION FIRST LAST

prints them as JSON. It uses nothing of ours, and starts without Django.
"""

import json
import sys
from contextlib import suppress

from holidays import country_holidays


def days(country: str, region: str, first: int, last: int) -> list[str]:
    """Those of a region by its code, or of the whole country; none where none are known."""
    for area in (region or None, None):
        # Neither every country nor every region is known.
        with suppress(NotImplementedError):
            years = range(first, last + 1)
            return [day.isoformat() for day in country_holidays(country, subdiv=area, years=years)]
    return []


if __name__ == "__main__":
    country, region, first, last = sys.argv[1:]
    sys.stdout.write(json.dumps(days(country, region, int(first), int(last))))
