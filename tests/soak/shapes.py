"""What real limited sales looked like to those who ran them; the figures are theirs."""

from itertools import accumulate
from operator import sub
from random import Random

# Shares of a sneaker's sales by size (StockX, sizes below one in a hundred left out).
SIZES = {
    "4": 0.0224,
    "4.5": 0.013,
    "5": 0.0358,
    "5.5": 0.0262,
    "6": 0.0401,
    "6.5": 0.0222,
    "7": 0.0387,
    "7.5": 0.0267,
    "8": 0.0537,
    "8.5": 0.053,
    "9": 0.0971,
    "9.5": 0.0869,
    "10": 0.111,
    "10.5": 0.0879,
    "11": 0.0926,
    "11.5": 0.045,
    "12": 0.073,
    "13": 0.046,
    "14": 0.0179,
}
# ShmooCon's sale of 500 tickets on 1 November 2019: 1,900 requests a second came before the
# opening, 3,456 after it, and everything was held 5.08 seconds later. One weight for each tenth of
# the time; how the crowd goes away was not measured.
TENTHS = (1900, 1900, 3456, 3456, 3456, 3456, 3456, 1900, 950, 950)
OPENING = 2  # tenths before it


def arrivals(number: int, seconds: float, random: Random) -> list[float]:
    """The moments at which so many visitors come within so long, sorted."""
    tenth = seconds / len(TENTHS)
    chosen = random.choices(range(len(TENTHS)), TENTHS, k=number)
    return sorted((place + random.random()) * tenth for place in chosen)


def units_by_size(units: int) -> dict[str, int]:
    """So many units over the sizes, as people wear them; few units make few sizes."""
    sizes = sorted(SIZES, key=lambda size: -SIZES[size])[: max(units // 10, 1)]
    whole = sum(SIZES[size] for size in sizes)
    edges = [round(units * share / whole) for share in accumulate(SIZES[size] for size in sizes)]
    return dict(zip(sizes, map(sub, edges, [0, *edges]), strict=False))
