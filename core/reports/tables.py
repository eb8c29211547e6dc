"""Reports written down: rows as a table, CSV, JSON or a spreadsheet."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import compress, islice
from textwrap import indent
from typing import IO

from django.utils import timezone
from django_stubs_ext import StrOrPromise
from tabulate import tabulate

from core.reports.workbooks import Row, blocks

# What XML cannot hold.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
FORMATS = ("table", "csv", "json", "xlsx")
CSV_FOR_PEOPLE = "csv for people"
# Spreadsheets run cells that begin with these as formulas, after blanks and in full width too. One
# whose list separator is a semicolon or a tab begins a cell after it.
_FORMULA = r"'*[ \xa0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_UNQUOTED = re.compile(rf"^(?='*[\t\r\n])|(?:^|[;\t\r\n])(?={_FORMULA})")
_QUOTED = re.compile(rf"(^)'(?='*[\t\r\n])|(^|[;\t\r\n])'(?={_FORMULA})")
WIDEST = 48
# A table is for screens: as wide as its widest cell, so that its rows wait for each other.
MAX_IN_TABLE = 10_000

# The attribute of a row, which names it in CSV and JSON for ever, and its heading for people.
Columns = Mapping[str, StrOrPromise]
Cells = Iterator[list[object]]
# The footer of a spreadsheet, computed after its rows were written.
Foot = Callable[[], Iterable[Row]]


def write_text(columns: Columns, rows: Iterable[object], kind: str, file: IO[str]) -> None:
    """
    Write the rows as `table`, `csv` or `json`. Times are the shop's own.

    CSV and JSON are written row by row; a table ends after MAX_IN_TABLE rows, and reads the
    others all the same.
    """
    for text in texts(columns, rows, kind):
        file.write(text)


def texts(columns: Columns, rows: Iterable[object], kind: str) -> Iterator[str]:
    """What `write_text` writes, piece by piece; `csv for people` has the headings for its keys."""
    writers: dict[str, Callable[[Columns, Cells], Iterator[str]]] = {
        "table": _table,
        "csv": _csv,
        CSV_FOR_PEOPLE: _csv_for_people,
        "json": _json,
    }
    return writers[kind](columns, _cells(columns, rows))


def write_spreadsheet(
    columns: Columns, rows: Iterable[object], file: IO[bytes], *, name: str, foot: Foot = tuple
) -> None:
    """Write the rows as an Excel workbook, as `spreadsheet` makes it."""
    for block in spreadsheet(columns, rows, name=name, foot=foot):
        file.write(block)


def spreadsheet(
    columns: Columns, rows: Iterable[object], *, name: str, foot: Foot = tuple
) -> Iterator[bytes]:
    """
    The rows as an Excel workbook, piece by piece while they are read: a sheet of this name, or as
    many as they need, with the foot below the last row. No cell is a formula.
    """
    heading = [str(heading) for heading in columns.values()]
    cells = ([_excel(value) for value in row] for row in _cells(columns, rows))
    return blocks(
        heading, cells, name=name, foot=lambda: [[_excel(v) for v in row] for row in foot()]
    )


def _table(columns: Columns, cells: Cells) -> Iterator[str]:
    """Columns in which no row says anything are left out: screens are narrow."""
    rows = list(islice(cells, MAX_IN_TABLE))
    said = [any(cell not in {None, ""} for cell in column) for column in zip(*rows, strict=True)]
    headings = [str(heading) for heading in columns.values()]
    headings = list(compress(headings, said)) if rows else headings
    shown = [list(compress(row, said)) for row in rows]
    align = ["right" if _is_numeric(column) else "left" for column in zip(*shown, strict=True)]
    short = [[_short(cell) for cell in row] for row in shown]

    yield tabulate(short, headings, disable_numparse=True, colalign=align or None) + "\n"
    for _row in cells:
        pass


def _csv(columns: Columns, cells: Cells) -> Iterator[str]:
    return _csv_below(list(columns), cells)


def _csv_for_people(columns: Columns, cells: Cells) -> Iterator[str]:
    return _csv_below([str(heading) for heading in columns.values()], cells)


def _csv_below(head: list[str], cells: Cells) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield writer.writerow(head)
    for row in cells:
        yield writer.writerow([inert(_iso(cell)) for cell in row])


def _json(columns: Columns, cells: Cells) -> Iterator[str]:
    before = "[\n"
    for row in cells:
        values = dict(zip(columns, map(_iso, row), strict=True))
        text = json.dumps(values, default=str, ensure_ascii=False, indent=2)
        yield before + indent(text, "  ")
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


class _Echo:
    """A file that returns what is written to it."""

    def write(self, text: str) -> str:
        return text


def _cells(columns: Columns, rows: Iterable[object]) -> Cells:
    return ([_local(getattr(row, name)) for name in columns] for row in rows)


def _is_numeric(column: Iterable[object]) -> bool:
    return all(isinstance(cell, (int, float, Decimal)) for cell in column if cell is not None)


def _local(value: object) -> object:
    """Times in reports are in the shop's time zone."""
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _iso(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _short(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    text = "" if value is None else str(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def inert(value: object) -> object:
    """
    Quote the parts of a text that a spreadsheet would run, and parts that start with such a quote;
    `unquoted` restores the original.
    """
    return _UNQUOTED.sub(r"\g<0>'", value) if isinstance(value, str) else value


def unquoted(text: str) -> str:
    """As it was before quotes were set to keep a spreadsheet from running it."""
    return _QUOTED.sub(lambda found: found[1] or found[2] or "", text)


def _excel(value: object) -> object:
    """Excel knows no time zones, keys, lazy texts or control characters."""
    if isinstance(value, datetime):
        return timezone.make_naive(value)
    if value is None or isinstance(value, (int, float, Decimal, date)):
        return value
    return inert(CONTROL.sub("", str(value)))
