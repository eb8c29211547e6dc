"""Tables that the ops commands print or save: one way to write them all."""

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError
from django.utils import timezone
from openpyxl import Workbook
from tabulate import tabulate

FORMATS = ("table", "csv", "json", "xlsx")
# Spreadsheets run cells that begin with these as formulas.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Row = Sequence[object]


def add_report_arguments(parser: ArgumentParser) -> None:
    """The options that every report takes: --format and --output."""
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--output", metavar="FILE", help="Write there instead of on the screen.")


def write_report(
    columns: Sequence[str],
    rows: Iterable[Row],
    format: str = "table",  # noqa: A002 - the option's name
    output: str | None = None,
    stdout: Any = None,
) -> None:
    """
    Write the rows as a table, CSV, JSON or a spreadsheet, to `output` or else to `stdout`.

    :raises CommandError: if a spreadsheet has no file to go to, or the file cannot be written
    """
    if format == "xlsx":
        _write_spreadsheet(columns, rows, output)
        return
    try:
        if output:
            with Path(output).open("w", encoding="utf-8", newline="") as file:
                _write_text(columns, rows, format, file)
        else:
            _write_text(columns, rows, format, stdout or sys.stdout)
    except OSError as error:
        raise CommandError(f"Cannot write {output}: {error.strerror}.") from error


def _write_text(columns: Sequence[str], rows: Iterable[Row], format: str, file: IO[str]) -> None:  # noqa: A002 - as above
    if format == "csv":
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_inert(cell) for cell in row] for row in rows)
    elif format == "json":
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        file.write(json.dumps(objects, default=str, ensure_ascii=False, indent=2) + "\n")
    else:
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        file.write(tabulate(cells, headers=list(columns), disable_numparse=True) + "\n")


def _write_spreadsheet(columns: Sequence[str], rows: Iterable[Row], output: str | None) -> None:
    if not output:
        raise CommandError("A spreadsheet needs --output FILE.")
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_cell(value) for value in row])
    try:
        book.save(output)
    except OSError as error:
        raise CommandError(f"Cannot write {output}: {error.strerror}.") from error


def _inert(value: object) -> object:
    """A text that a spreadsheet would run gets a quote before it."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _cell(value: object) -> object:
    """Excel knows no time zones, keys or lazy texts."""
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if value is None or isinstance(value, (int, float, Decimal, date)):
        return value
    return _inert(str(value))
