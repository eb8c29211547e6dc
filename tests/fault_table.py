"""The matrix of faults and providers as a table, made of the reports of one run."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import tabulate

CELL = re.compile(r"test_fault_matrix\.py::test_(?:cell|race)\[(.+)-([a-z]+)\]$")
SIGNS = {"passed": "ok", "failed": "FAILED", "error": "ERROR", "skipped": "–"}


def of(stats: Mapping[str, Sequence[Any]]) -> str:
    """A row for each fault, a column for each provider; empty if the matrix was not run."""
    cells: dict[str, dict[str, str]] = {}
    for outcome, sign in SIGNS.items():
        for report in stats.get(outcome, ()):
            found = CELL.search(getattr(report, "nodeid", ""))
            if found:
                cells.setdefault(found[1], {})[found[2]] = sign
    providers = sorted({provider for row in cells.values() for provider in row})
    rows = [
        [fault, *(row.get(provider, "") for provider in providers)] for fault, row in cells.items()
    ]
    return tabulate(sorted(rows), ["fault", *providers]) if rows else ""
