"""Running the ops commands as a person would, and reading back what they have written."""

import csv
import json
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from itertools import takewhile
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

OPS = (
    "stock_report",
    "low_stock",
    "sales_report",
    "pending_payments",
    "check_stock",
    "check_orders",
    "reconcile_payments",
    "expire_reservations",
    "search_report",
)


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said where."""

    code: int
    out: str
    error: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What `--format json` has printed."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


def run(name: str, *options: str) -> Ran:
    out, error = StringIO(), StringIO()
    try:
        call_command(name, *options, stdout=out, stderr=error)
    except CommandError as refusal:
        return Ran(refusal.returncode, out.getvalue(), f"{error.getvalue()}{refusal}")
    except SystemExit as end:
        return Ran(int(str(end.code)), out.getvalue(), error.getvalue())
    return Ran(0, out.getvalue(), error.getvalue())


def rows_of(name: str, *options: str) -> list[dict[str, Any]]:
    return run(name, *options, "--format", "json").rows


def saved_rows(name: str, kind: str, path: Path, *options: str) -> list[dict[str, str]]:
    """Save the report in that format and read the file back, all as texts."""
    assert run(name, *options, "--format", kind, "--output", str(path)).code == 0
    if kind == "json":
        read = json.loads(path.read_text(encoding="utf-8"))
        return [{key: _text(value) for key, value in row.items()} for row in read]
    if kind == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    [sheet] = load_workbook(path).worksheets
    headings, *lines = takewhile(any, sheet.iter_rows(values_only=True))  # the foot comes below
    return [dict(zip(map(str, headings), map(_text, line), strict=True)) for line in lines]


def piped(name: str, *options: str) -> bytes:
    """What the command writes into a pipe."""
    pipe = BytesIO()
    stream = TextIOWrapper(pipe)
    call_command(name, *options, stdout=stream, stderr=StringIO())
    return pipe.getvalue()


def _text(value: object) -> str:
    return "" if value is None else str(value)
