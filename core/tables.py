"""Reports written down: rows as a table, CSV, JSON or a spreadsheet."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import compress
from typing import IO

from django.utils import timezone
from django_stubs_ext import StrOrPromise
from openpyxl import Workbook
from tabulate import tabulate

FORMATS = ("table", "csv", "json", "xlsx")
# Spreadsheets run cells that begin with these as formulas.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 48

# The attribute of a row, which names it in CSV and JSON for ever, and its heading for people.
Columns = Mapping[str, StrOrPromise]
Cells = list[list[object]]


def write_text(columns: Columns, rows: Iterable[object], kind: str, file: IO[str]) -> None:
    """Write the rows as `table`, `csv` or `json`. Times are the shop's own."""
    writers: dict[str, Callable[[Columns, Cells, IO[str]], None]] = {
        "table": _write_table,
        "csv": _write_csv,
        "json": _write_json,
    }
    writers[kind](columns, _cells(columns, rows), file)


def write_spreadsheet(columns: Columns, rows: Iterable[object], file: IO[bytes]) -> None:
    """Write the rows as an Excel workbook of one sheet. No cell of it is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([str(heading) for heading in columns.values()])
    for row in _cells(columns, rows):
        sheet.append([_excel(value) for value in row])
    book.save(file)


def _write_table(columns: Columns, rows: Cells, file: IO[str]) -> None:
    """Columns in which no row says anything are left out: screens are narrow."""
    said = [any(cell not in {None, ""} for cell in column) for column in zip(*rows, strict=True)]
    headings = [str(heading) for heading in columns.values()]
    headings = list(compress(headings, said)) if rows else headings
    cells = [list(compress(row, said)) for row in rows]
    align = ["right" if _is_numeric(column) else "left" for column in zip(*cells, strict=True)]
    texts = [[_short(cell) for cell in row] for row in cells]
    file.write(tabulate(texts, headings, disable_numparse=True, colalign=align or None) + "\n")


def _write_csv(columns: Columns, rows: Cells, file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([inert(_iso(cell)) for cell in row] for row in rows)


def _write_json(columns: Columns, rows: Cells, file: IO[str]) -> None:
    objects = [dict(zip(columns, map(_iso, row), strict=True)) for row in rows]
    file.write(json.dumps(objects, default=str, ensure_ascii=False, indent=2) + "\n")


def _cells(columns: Columns, rows: Iterable[object]) -> Cells:
    return [[_local(getattr(row, name)) for name in columns] for row in rows]


def _is_numeric(column: Iterable[object]) -> bool:
    return all(isinstance(cell, (int, float, Decimal)) for cell in column if cell is not None)


def _local(value: object) -> object:
    """Whoever reads a report lives in the shop's time zone."""
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
    A text that a spreadsheet would run gets a quote before it, and so does one that has such a
    quote of its own: `unquoted` gives every text back as it was.
    """
    if isinstance(value, str) and is_run(value):
        return f"'{value}"
    return value


def unquoted(text: str) -> str:
    """As it was before a quote was set to keep a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and is_run(text) else text


def is_run(text: str) -> bool:
    """Whether a spreadsheet would run the text, were it not for the quotes before it."""
    return text.lstrip("'").startswith(FORMULA_STARTS)


def _excel(value: object) -> object:
    """Excel knows no time zones, keys or lazy texts."""
    if isinstance(value, datetime):
        return timezone.make_naive(value)
    if value is None or isinstance(value, (int, float, Decimal, date)):
        return value
    return inert(str(value))
