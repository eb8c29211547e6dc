"""CSV files that people upload: read whole, or refused with advice."""

import csv
from collections.abc import Collection, Iterable, Mapping
from io import StringIO
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.web.uploads import FileRefused

MAX_FILE = 1024 * 1024
# Keys beside the columns, whose names are never empty: surplus cells, and the delimiter.
EXTRA, DELIMITER = "", " "


class Problem(NamedTuple):
    """An error of a row, and what to do about it."""

    line: int
    text: str


def rows_of(
    content: bytes, columns: Collection[str], *, needed: Iterable[str], most: int
) -> list[tuple[int, dict[str, str]]]:
    """
    Each row by column, with its line in the file; empty ones are left out.

    :raises FileRefused: if it is too large, or no table of these columns
    """
    text = _text(content)
    first = text.split("\n", maxsplit=1)[0]
    # Spreadsheets in Spanish part cells by semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        _check_head(head, columns, needed)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise FileRefused(
            _("Line %(line)s cannot be read as CSV: look for a quotation mark too many.")
            % {"line": reader.line_num}
        ) from error
    if len(rows) > most:
        raise FileRefused(
            _("There are more than %(most)s rows in this file: split it.") % {"most": f"{most:,}"}
        )
    return [(line, _cells(head, row, delimiter)) for line, row in rows]


def too_many_cells(cells: Mapping[str, str]) -> str:
    """The message for a row with surplus cells (`EXTRA`)."""
    return _("There are more cells than columns: is a “%(sign)s” in a cell without quotes?") % {
        "sign": cells[DELIMITER]
    }


def _text(content: bytes) -> str:
    if len(content) > MAX_FILE:
        raise FileRefused(_("The file is larger than 1 MB: split it."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("The file is not written in UTF-8. Save it as “CSV UTF-8” and choose it again.")
        ) from error


def _check_head(head: list[str], columns: Collection[str], needed: Iterable[str]) -> None:
    known = ", ".join(columns)
    if unknown := [name for name in head if name not in columns]:
        raise FileRefused(
            _("The first line names “%(name)s”, which is no column. The columns are: %(known)s.")
            % {"name": unknown[0][:40], "known": known}
        )
    if missing := [name for name in needed if name not in head]:
        raise FileRefused(
            _("The first line lacks the column “%(name)s”. The columns are: %(known)s.")
            % {"name": missing[0], "known": known}
        )
    if len(set(head)) < len(head):
        raise FileRefused(_("The first line names a column twice."))


def _cells(head: list[str], row: list[str], delimiter: str) -> dict[str, str]:
    cells = dict.fromkeys(head, "") | dict(zip(head, map(str.strip, row), strict=False))
    if any(cell.strip() for cell in row[len(head) :]):
        cells[EXTRA] = delimiter
    return {**cells, DELIMITER: delimiter}
