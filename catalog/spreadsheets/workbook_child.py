"""
Reads the first sheet of the workbook on stdin and writes each row as a line of JSON to stdout.

`catalog.spreadsheets.workbooks` runs this file by `core.documents.isolated`. It imports none of our
modules.
"""

import json
import os
import re
import sys
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MAX_COLUMNS = 300
# Characters; Excel's limit is 32,767.
_MAX_CELL_LENGTH = 100_000
_MAX_ROW_LENGTH = 4_000_000
OUT_OF_MEMORY = 3
# A cell: "formula", "error" or "", and its text.
Cell = tuple[str, str]
_KINDS = {"f": "formula", "e": "error"}
# Excel's escapes of characters that XML cannot hold, and of underscores that look like one.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _write_rows() -> None:
    # openpyxl would import numpy, which takes half of the allowed memory.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    from openpyxl import load_workbook  # noqa: PLC0415 - after the limits are set

    book = load_workbook(sys.stdin.buffer, read_only=True, keep_links=False)
    for row in book.worksheets[0].iter_rows(max_col=MAX_COLUMNS):
        sys.stdout.write(json.dumps(_cells(row)) + "\n")


def _cells(row: Iterable[Any]) -> list[Cell]:
    """:raises ValueError: if the row is longer than Excel's maximum"""
    cells = [(_KINDS.get(cell.data_type, ""), _text(cell.value)) for cell in row]
    while cells and not cells[-1][1]:
        cells.pop()
    if any(len(text) > _MAX_CELL_LENGTH for _kind, text in cells):
        raise ValueError("a cell is too long")
    if sum(len(text) for _kind, text in cells) > _MAX_ROW_LENGTH:
        raise ValueError("a row is too long")
    return cells


def _text(value: object) -> str:
    """The text of a cell. Numbers have a decimal point, never followed by exactly three digits."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text}0" if re.search(r"\.\d{3}$", text) else text
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else _unescaped(str(value))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


if __name__ == "__main__":
    try:
        _write_rows()
    except MemoryError:
        # Exit immediately: reporting the error would need memory.
        os._exit(OUT_OF_MEMORY)
