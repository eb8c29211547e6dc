"""The first judge: queries whose results people have graded, in folds."""

import itertools
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from catalog.search import query_terms
from tests.relevance import LOOKED_THROUGH, SEEN, Find, Grades, ndcg, recall

FOLDS = 5
# Weights to choose from: of the kind of thing, and of a name that says it.
GRID = list(itertools.product((0.5, 1.0, 1.5, 2.0), (0.1, 0.3, 0.6)))


@dataclass(frozen=True)
class Score:
    """How one query did; `recall` is None where nobody judged anything to be right."""

    query: str
    ndcg: float
    judged_ndcg: float
    recall: float | None
    found: int
    milliseconds: float


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


def report(judged: Mapping[str, Grades], find: Find) -> str:
    """The figures of all queries, and each of them, worst first."""
    scores = [score(query, grades, find) for query, grades in judged.items()]
    usable = [entry for entry in scores if any(judged[entry.query].values())]
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
        in_folds({query: judged[query] for query in (entry.query for entry in usable)}, find),
        (
            f"finding: median {statistics.median(times):.1f} ms,"
            f" p95 {times[int(len(times) * 0.95)]:.1f} ms, longest {times[-1]:.1f} ms"
        ),
        f"{'worst first':<30}{'NDCG':>8}{'judged':>8}{'recall':>8}{'found':>8}{'ms':>8}",
    ]
    for entry in sorted(usable, key=lambda entry: entry.ndcg):
        share = "–" if entry.recall is None else f"{entry.recall:.2f}"
        lines.append(
            f"{entry.query:<30}{entry.ndcg:>8.2f}{entry.judged_ndcg:>8.2f}{share:>8}"
            f"{entry.found:>8}{entry.milliseconds:>8.1f}"
        )
    return "\n".join(lines)


def in_folds(judged: Mapping[str, Grades], find: Find) -> str:
    """NDCG of each fold with the weights that are best for the others: nothing is tuned to it."""
    table: dict[tuple[float, float], dict[str, tuple[float, float]]] = {}
    for weights in GRID:
        with _weights(*weights):
            found = {query: find(query) for query in judged}
        table[weights] = {
            query: (
                ndcg(found[query], grades),
                ndcg([key for key in found[query] if key in grades], grades),
            )
            for query, grades in judged.items()
        }
    left_out: list[tuple[float, float]] = []
    chosen = []
    queries = sorted(judged)
    for fold in range(FOLDS):
        others = [query for place, query in enumerate(queries) if place % FOLDS != fold]
        best = max(GRID, key=lambda weights: _mean(table[weights], others))
        chosen.append(best)
        left_out += [table[best][query] for query in queries[fold::FOLDS]]
    whole, of_judged = zip(*left_out, strict=True)
    return (
        f"in {FOLDS} folds: NDCG@{SEEN} {statistics.mean(whole):.3f}"
        f" ({statistics.mean(of_judged):.3f} of judged products), weights {chosen}"
    )


def _mean(scores: Mapping[str, tuple[float, float]], queries: Sequence[str]) -> float:
    """Both measures count: products that nobody judged are unknown, not wrong."""
    return statistics.mean(sum(scores[query]) for query in queries)


@contextmanager
def _weights(kind: float, head: float) -> Iterator[None]:
    before = query_terms.PREFERENCES
    query_terms.PREFERENCES = query_terms.Preferences(kind, head)
    try:
        yield
    finally:
        query_terms.PREFERENCES = before
