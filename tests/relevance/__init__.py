"""How well the search finds what people mean: `python -m tests.relevance FOLDER`."""

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

OPTIONS = "--rate USD=3.75 --rate SAR=1 --stock 20"
RELEVANT = 2
SEEN = 10
LOOKED_THROUGH = 50

Grades = Mapping[str, int]
Find = Callable[[str], Sequence[str]]


def read_judgements(paths: Iterable[Path]) -> dict[str, dict[str, int]]:
    """The grades by query and product."""
    judged: dict[str, dict[str, int]] = {}
    for path in paths:
        with path.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                judged.setdefault(row["query"], {})[row["product_id"]] = int(row["grade"])
    return judged


def ndcg(found: Sequence[str], grades: Grades) -> float:
    """Discounted gain of the first ten over the best there could be; unjudged counts nothing."""
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(key, 0) for key in found]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum(
        (math.pow(2, grade) - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:SEEN])
    )


def recall(found: Sequence[str], grades: Grades) -> float | None:
    """How many of the right ones are among the first fifty, or as many as could be."""
    right = {key for key, grade in grades.items() if grade == RELEVANT}
    if not right:
        return None
    return len(right & set(found[:LOOKED_THROUGH])) / min(len(right), LOOKED_THROUGH)
