"""The bench's one table: for people at a terminal, and as Markdown for the docs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.load import Run

SERVERS = ("web", "database", "cache")
HEAD = (
    *("", "products", "a second", "× hello", "p50 ms", "p95 ms", "p99 ms"),
    *("CPU web", "database", "cache", "queries", "bytes"),
)
LINE = "{:<34}{:>9}{:>10}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}{:>8}{:>9}{:>10}"


@dataclass(frozen=True)
class Row:
    """How one scene went in a shop of one size. `cpu` is in seconds, by server."""

    name: str
    products: int
    run: Run
    hello: float
    cpu: Mapping[str, float]
    status: int

    @property
    def cells(self) -> list[str]:
        run = self.run
        return [
            self.name,
            f"{self.products:,}",
            f"{run.rate:.0f}",
            f"{run.rate / self.hello:.3f}",
            *(f"{time:.1f}" for time in (run.median, run.p95, run.p99)),
            *(f"{self.cpu.get(name, 0) * 1000 / len(run.answers):.2f}" for name in SERVERS),
            str(run.queries),
            f"{run.size:,}",
        ]

    @property
    def fault(self) -> str:
        """What came that should not have; then the figures say nothing."""
        found = self.run.statuses.items()
        others = {status: times for status, times in found if status != self.status}
        return f"  answers other than {self.status}: {others}" if others else ""


def head() -> str:
    return LINE.format(*HEAD)


def line(row: Row) -> str:
    return LINE.format(*row.cells) + row.fault


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Each scene's rows below each other, so that growth shows."""
    names = list(dict.fromkeys(row.name for row in rows))
    return sorted(rows, key=lambda row: (names.index(row.name), row.products))


def markdown(rows: Sequence[Row]) -> str:
    """The same for docs/performance.md."""
    lines = [" | ".join(HEAD), "|".join(["---"] * len(HEAD))]
    lines += [" | ".join(row.cells) for row in in_order(rows)]
    return "".join(f"| {text} |\n" for text in lines)


def growth(rows: Sequence[Row], name: str) -> str:
    """How much longer one of twenty waits in the largest shop than in the smallest."""
    found = [row for row in in_order(rows) if row.name == name]
    first, last = found[0], found[-1]
    return (
        f"{name}: p95 {first.run.p95:.1f} ms at {first.products:,} products,"
        f" {last.run.p95:.1f} at {last.products:,}: × {last.run.p95 / first.run.p95:.2f}"
    )
