"""Opens CSV files and Excel workbooks of any origin, or refuses them with a reason."""

import csv
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import IO, Any

from django.utils.translation import gettext as _

from catalog.imports.lines import storable
from catalog.models import SheetKind
from catalog.spreadsheets.workbook_child import MAX_COLUMNS, Cell
from catalog.spreadsheets.workbooks import check_workbook, is_workbook, rows_of
from core.reports.csv_files import Problem
from core.reports.tables import unquoted
from core.web.uploads import FileRefused

MAX_FILE = 100 * 1024 * 1024
MAX_ROWS = 250_000
_MAX_CELL_LENGTH = 1_000_000
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_NOT_WINDOWS = re.compile(rb"[\x00-\x08\x0e-\x1f\x81\x8d\x8f\x90\x9d]")
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row with its number, as spreadsheets count (1 is the heading), and its cells by column."""

    line: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SheetFile:
    """
    An opened file: its columns, and its rows, read lazily.

    Files with semicolons as separators have decimal commas. `kind` is the format of the columns.
    """

    columns: list[str]
    rows: Iterator[FileRow]
    has_decimal_commas: bool = False
    remarks: list[str] = field(default_factory=list)
    kind: SheetKind = SheetKind.OWN


def open_sheet(file: IO[bytes]) -> SheetFile:
    """
    Open a CSV file or Excel workbook; rows are read lazily.

    :raises FileRefused: now or while rows are read, saying how to correct it
    """
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head.strip():
        raise FileRefused(_("The file is empty. Choose another."))
    if head.startswith(_OLD_EXCEL):
        raise FileRefused(
            _("This is an Excel file of the old kind (.xls). Save it as .xlsx or as “CSV UTF-8”.")
        )
    return _workbook(file) if is_workbook(file) else _csv(file, head)


def escaped(text: str) -> str:
    """The text without characters that a workbook cannot hold."""
    return re.sub(
        r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]",
        lambda found: f"_x{ord(found[0]):04X}_",
        text,
    )


def _csv(file: IO[bytes], head: bytes) -> SheetFile:
    encoding, remarks = _encoding(file, head)
    text = TextIOWrapper(file, encoding, newline="")
    try:
        first = text.readline()
    except UnicodeError as error:
        raise FileRefused(_not_utf8()) from error
    text.seek(0)
    # Spanish spreadsheets use semicolons; copied cells use tabs.
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(_MAX_CELL_LENGTH)
    lines = _lines(csv.reader(text, delimiter=delimiter, strict=True))
    columns = _columns(next(lines, (1, []))[1])
    return SheetFile(columns, _csv_rows(lines, columns), delimiter == ";", remarks)


def _encoding(file: IO[bytes], head: bytes) -> tuple[str, list[str]]:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return encoding, []
    if b"\x00" in head:
        raise FileRefused(
            _("This is no table that can be read. Save it as “CSV UTF-8” or as .xlsx.")
        )
    decoder = getincrementaldecoder("utf-8")()
    try:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _windows(file), [
            _(
                "The file is not written in UTF-8 and was read as Windows-1252: look whether the"
                " accents are right; if not, save it as “CSV UTF-8” and choose it again."
            )
        ]
    finally:
        file.seek(0)
    return "utf-8", []


def _windows(file: IO[bytes]) -> str:
    """:raises FileRefused: if the file is not in that encoding either"""
    file.seek(0)
    # Bytes undefined in Windows-1252, or useless in a table.
    if any(_NOT_WINDOWS.search(chunk) for chunk in iter(lambda: file.read(_CHUNK), b"")):
        raise FileRefused(_not_utf8())
    return "cp1252"


def _not_utf8() -> str:
    return _("The file is not written in UTF-8. Save it as “CSV UTF-8” and choose it again.")


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    line = 0
    try:
        for line, cells in enumerate(reader, start=1):
            yield line, cells
    except (csv.Error, UnicodeError) as error:
        raise FileRefused(
            _("Line %(line)s cannot be read as CSV: look for a quotation mark too many.")
            % {"line": line + 1}
        ) from error


def _csv_rows(lines: Iterator[tuple[int, list[str]]], columns: list[str]) -> Iterator[FileRow]:
    for line, texts in lines:
        _check_length(line)
        if not any(text.strip() for text in texts):
            continue
        cells = {
            name: unquoted(text)
            for name, text in zip(columns, texts, strict=False)
            if name and text
        }
        problems = []
        if any(text.strip() for text in texts[len(columns) :]):
            problems.append(
                Problem(line, _("There are more cells than columns: look for a missing quote."))
            )
        yield FileRow(line, cells, problems)


def _workbook(file: IO[bytes]) -> SheetFile:
    check_workbook(file)
    lines = rows_of(file)
    head = [str(text or "") for _kind, text in next(lines, [])]
    while head and not head[-1].strip():
        head.pop()
    columns = _columns(head)
    return SheetFile(columns, _workbook_rows(lines, columns))


def _workbook_rows(lines: Iterator[list[Cell]], columns: list[str]) -> Iterator[FileRow]:
    for line, row in enumerate(lines, start=2):
        _check_length(line)
        cells: dict[str, str] = {}
        problems = []
        for name, (kind, text) in zip(columns, row, strict=False):
            if not text or not name:
                continue
            if kind == "formula":
                problems.append(Problem(line, _is_formula(name)))
            elif kind == "error":
                problems.append(Problem(line, _is_error(name, text)))
            else:
                cells[name] = unquoted(text)
        if problems or any(text.strip() for text in cells.values()):
            yield FileRow(line, cells, problems)


def _is_formula(name: str) -> str:
    return _("%(name)s: it is a formula. Copy the column and paste it as values.") % {"name": name}


def _is_error(name: str, value: str) -> str:
    return _("%(name)s: it is the error %(value)s. Mend it in the spreadsheet.") % {
        "name": name,
        "value": value[:20],
    }


def _columns(head: Sequence[str]) -> list[str]:
    names = [storable(name).strip() for name in head]
    if len(names) > MAX_COLUMNS:
        raise FileRefused(
            _("There are more than %(most)s columns in this file: leave out what is not needed.")
            % {"most": MAX_COLUMNS}
        )
    told = [name for name in names if name]
    if len(set(told)) < len(told):
        double = next(name for name in told if told.count(name) > 1)
        raise FileRefused(
            _("The first line names the column “%(name)s” twice.") % {"name": double[:40]}
        )
    return names


def _check_length(line: int) -> None:
    if line > MAX_ROWS:
        raise FileRefused(
            _("There are more than %(most)s rows in this file: split it.")
            % {"most": f"{MAX_ROWS:,}"}
        )
