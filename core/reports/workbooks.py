"""Excel workbooks streamed row by row, in constant memory; openpyxl writes all but the rows."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import chain, count, islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# The rows that one sheet of Excel holds, with room for a foot, and the characters of a cell.
MAX_ROWS = 1_048_576 - 16
MAX_CHARACTERS = 32_767
ROWS_AT_ONCE = 200
BLOCK = 65_536

Row = Sequence[object]

_DAY_ZERO = date(1899, 12, 30)
_OPEN = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    # The heading stays in sight while the rows are scrolled.
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
_CLOSE = "</sheetData></worksheet>"
# In characters: a moment and a large amount fit.
MIN_WIDTH = 16
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
MAX_NAME_LENGTH = 31
# The number format of each style of a cell and whether it is bold; 0 is the plain style.
_DAY, _MOMENT, _AMOUNT, _BOLD, _BOLD_AMOUNT = 1, 2, 3, 4, 5
_STYLES = [
    ("mm-dd-yy", False),  # Excel shows these two as the reader's country writes them
    ("m/d/yy h:mm", False),
    ("#,##0.00", False),
    ("General", True),
    ("#,##0.00", True),
]


def blocks(
    heading: Row, rows: Iterable[Row], *, name: str, foot: Callable[[], Iterable[Row]] = tuple
) -> Iterator[bytes]:
    """
    The workbook in chunks: one sheet of this name, or as many as the rows need, each with a bold,
    frozen heading.

    `foot` yields the last rows, after an empty one; it is called when all rows have been read.
    Numbers, dates and naive times keep their type, the rest is text, which must have no control
    characters. No cell is a formula.
    """
    waiting = iter(rows)
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as book:
        first = list(islice(waiting, 1))
        for number in count(1):
            with book.open(_sheet_path(number), "w") as sheet:
                sheet.write(f"{_OPEN}{_widths(heading)}<sheetData>".encode())
                within = chain(first, islice(waiting, MAX_ROWS - 1 - len(first)))
                last = 1
                for number_of_row, text in _texts(heading, within):
                    last = number_of_row
                    sheet.write(text.encode())
                    if len(sink.held) > BLOCK:
                        yield sink.take()
                if not (first := list(islice(waiting, 1))):
                    sheet.write(_foot(last, foot()).encode())
                sheet.write(_CLOSE.encode())
            if not first:
                break
        for path, content in _other_parts(number, name):
            book.writestr(path, content)
    yield sink.take()


class _Sink:
    """A file that buffers writes until they are taken."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes, /) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self.held = bytes(self.held), bytearray()
        return taken


def _widths(heading: Row) -> str:
    """Of the columns: as wide as their headings, and what most cells need."""
    columns = (
        f'<col min="{at}" max="{at}" width="{max(MIN_WIDTH, len(str(text)) + 2)}" customWidth="1"/>'
        for at, text in enumerate(heading, start=1)
    )
    return f"<cols>{''.join(columns)}</cols>"


def _texts(heading: Row, rows: Iterable[Row]) -> Iterator[tuple[int, str]]:
    """The heading and some rows at a time as XML, each time with the number of the last."""
    yield 1, _row(1, heading, is_bold=True)
    numbered = enumerate(rows, start=2)
    while some := list(islice(numbered, ROWS_AT_ONCE)):
        yield some[-1][0], "".join(_row(number, row) for number, row in some)


def _foot(last: int, rows: Iterable[Row]) -> str:
    """The rows of the foot, below the last row and an empty one."""
    return "".join(_row(at, row, is_bold=True) for at, row in enumerate(rows, start=last + 2))


def _row(number: int, row: Row, *, is_bold: bool = False) -> str:
    cells = (
        _cell(f"{get_column_letter(at)}{number}", value, is_bold=is_bold)
        for at, value in enumerate(row, start=1)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: object, *, is_bold: bool = False) -> str:
    if value is None or value == "":
        return ""
    shown = f' s="{_BOLD}"' if is_bold else ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, Decimal):
        return f'<c r="{place}" s="{_BOLD_AMOUNT if is_bold else _AMOUNT}"><v>{value}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"{shown}><v>{value}</v></c>'
    if isinstance(value, date):
        style = _MOMENT if isinstance(value, datetime) else _DAY
        return f'<c r="{place}" s="{style}"><v>{_serial(value)}</v></c>'
    text = escape(str(value)[:MAX_CHARACTERS])
    return f'<c r="{place}"{shown} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _serial(value: date) -> float:
    """Days since Excel's day zero, and the part of the day."""
    days = value.toordinal() - _DAY_ZERO.toordinal()
    if not isinstance(value, datetime):
        return days
    return days + (value - datetime.combine(value, time.min)) / timedelta(days=1)


def _sheet_path(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _sheet_name(name: str, number: int) -> str:
    """The name, with a number from the second sheet on; cut to what Excel takes."""
    end = f" {number}" if number > 1 else ""
    return _NOT_IN_NAMES.sub("-", name)[: MAX_NAME_LENGTH - len(end)] + end


def _other_parts(sheets: int, name: str) -> Iterator[tuple[str, bytes]]:
    """Styles, names and relations: the parts of a workbook with as many empty sheets."""
    book, file = Workbook(write_only=True), BytesIO()
    for number in range(1, sheets + 1):
        sheet = book.create_sheet(_sheet_name(name, number))
    for number_format, is_bold in _STYLES:
        cell = WriteOnlyCell(sheet)
        cell.font, cell.number_format = Font(name="Calibri", sz=11, b=is_bold), number_format
        sheet.append([cell])
    book.save(file)
    written = {_sheet_path(number) for number in range(1, sheets + 1)}
    with ZipFile(file) as parts:
        for path in parts.namelist():
            if path not in written:
                yield path, parts.read(path)
