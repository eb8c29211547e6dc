"""
How well the search finds what people meant: `python -m tests.relevance FOLDER`.

The folder holds judged queries (relevance/*.csv: query, product_id, grade 0 to 2) and the catalogue
that they are about (catalogue/*.jsonl.gz). Its products are loaded into a database of their own.
"""

import csv
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import django

from config import embedded, local
from config.preparation import Preparation
from config.processes import StartError, Supervisor
from config.run import say

FOLDER = local.ROOT / ".data" / "relevance"
CATALOGUE = "catalogue/icecat.jsonl.gz"
OPTIONS = "--rate USD=3.75 --rate SAR=1 --stock 20"
RELEVANT = 2
SEEN = 10
LOOKED_THROUGH = 50
WORST = 12

Grades = Mapping[str, int]
Find = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Score:
    """How one query did; `recall` is None where nobody judged anything to be right."""

    query: str
    ndcg: float
    judged_ndcg: float
    recall: float | None
    found: int
    milliseconds: float


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


def score(query: str, grades: Grades, find: Find) -> Score:
    """Ask twice, so that the time is that of a server that has been running for a while."""
    find(query)
    began = time.perf_counter()
    found = find(query)
    seconds = time.perf_counter() - began
    judged = [key for key in found if key in grades]
    return Score(
        query,
        ndcg(found, grades),
        ndcg(judged, grades),
        recall(found, grades),
        len(found),
        seconds * 1000,
    )


def report(scores: Sequence[Score]) -> str:
    """The figures of all queries, and the worst of them."""
    usable = [entry for entry in scores if entry.ndcg or entry.recall is not None]
    recalls = [entry.recall for entry in scores if entry.recall is not None]
    times = sorted(entry.milliseconds for entry in scores)
    lines = [
        f"{len(scores)} judged queries, {len(usable)} with a right answer",
        (
            f"NDCG@{SEEN} {statistics.mean(entry.ndcg for entry in usable):.3f}"
            f" ({statistics.mean(entry.judged_ndcg for entry in usable):.3f} of judged products),"
            f" recall@{LOOKED_THROUGH} {statistics.mean(recalls):.3f},"
            f" without results {sum(not entry.found for entry in scores) / len(scores):.1%}"
        ),
        (
            f"finding: median {statistics.median(times):.1f} ms,"
            f" p95 {times[int(len(times) * 0.95)]:.1f} ms, longest {times[-1]:.1f} ms"
        ),
        f"{'worst':<30}{'NDCG':>8}{'judged':>8}{'recall':>8}{'found':>8}{'ms':>8}",
    ]
    for entry in sorted(usable, key=lambda entry: entry.ndcg)[:WORST]:
        share = "–" if entry.recall is None else f"{entry.recall:.2f}"
        lines.append(
            f"{entry.query:<30}{entry.ndcg:>8.2f}{entry.judged_ndcg:>8.2f}{share:>8}"
            f"{entry.found:>8}{entry.milliseconds:>8.1f}"
        )
    return "\n".join(lines)


def measure(folder: Path) -> str:
    """Put the judged queries to the search of the configured database."""
    from catalog import search  # noqa: PLC0415 – needs the settings
    from catalog.models import Product  # noqa: PLC0415

    ids = {str(pk): key for pk, key in Product.objects.values_list("pk", "external_id")}

    def find(query: str) -> list[str]:
        return [ids[key] or "" for key in search.found(query)]

    judged = read_judgements(sorted((folder / "relevance").glob("*.csv")))
    return report([score(query, grades, find) for query, grades in judged.items()])


def main(folder: Path) -> int:
    """Load what is not loaded yet, and print the figures; gives the exit code."""
    try:
        with Supervisor(FOLDER) as supervisor:
            environment = {
                **local.defaults(FOLDER),
                **os.environ,
                **embedded.start(supervisor, list(embedded.STARTERS)),
                "DEMO": "0",
                "SITE_URL": "http://127.0.0.1",
                "MEDIA_ROOT": str(FOLDER / "media"),
                "CATALOGUE_OPTIONS": OPTIONS,
            }
            Preparation(supervisor, environment, is_own_database=True, say=say).prepare(
                folder / CATALOGUE, is_demo=False
            )
            os.environ.update({**environment, "DJANGO_SETTINGS_MODULE": "config.settings"})
            django.setup()
            say(measure(folder))
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
