"""Excel workbooks streamed row by row, in constant memory."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain, count, islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

# The rows that one sheet of Excel holds, with room for a foot, and the signs that one of its cells
# does.
MAX_ROWS = 1_048_576 - 16
MAX_SIGNS = 32_767
ROWS_AT_ONCE = 200
BLOCK = 65_536
QUOTE = {'"': "&quot;"}

Row = Sequence[object]

_DAY_ZERO = date(1899, 12, 30)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN_XML = "http://schemas.openxmlformats.org"
_MAIN = f"{_OPEN_XML}/spreadsheetml/2006/main"
_LINKS = f"{_OPEN_XML}/officeDocument/2006/relationships"
_PACKAGE = f"{_OPEN_XML}/package/2006"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The heading stays in sight while the rows are scrolled.
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
_OPEN = f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FROZEN}'
_CLOSE = "</sheetData></worksheet>"
# In signs: a moment and a large amount fit.
NARROWEST = 16
# A sheet's name has no such signs, and no more than so many.
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
MAX_NAME_LENGTH = 31
# Of the formats that Excel brings along: a day, a moment, an amount; heading and foot are bold.
_DAY, _MOMENT, _AMOUNT, _BOLD, _BOLD_AMOUNT = 1, 2, 3, 4, 5
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="4" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>\
</cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


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
            with book.open(f"xl/worksheets/sheet{number}.xml", "w") as sheet:
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
        for part, text in _parts(number, name).items():
            book.writestr(part, text)
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
        f'<col min="{at}" max="{at}" width="{max(NARROWEST, len(str(text)) + 2)}" customWidth="1"/>'
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
        _cell(f"{_letters(at)}{number}", value, is_bold=is_bold)
        for at, value in enumerate(row, start=1)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


@cache
def _letters(column: int) -> str:
    """What Excel calls the column: A, B, …, Z, AA, …"""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


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
    text = escape(str(value)[:MAX_SIGNS])
    return f'<c r="{place}"{shown} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _serial(value: date) -> float:
    """Days since Excel's day zero, and the part of the day."""
    days = value.toordinal() - _DAY_ZERO.toordinal()
    if not isinstance(value, datetime):
        return days
    return days + (value - datetime.combine(value, time.min)) / timedelta(days=1)


def _sheet_name(name: str, number: int) -> str:
    """The name, with a number from the second sheet on; cut to what Excel takes."""
    end = f" {number}" if number > 1 else ""
    return _NOT_IN_NAMES.sub("-", name)[: MAX_NAME_LENGTH - len(end)] + end


def _parts(sheets: int, name: str) -> dict[str, str]:
    """What a package needs beside its sheets; how many these are is known last."""
    numbers = range(1, sheets + 1)
    names = [f"worksheets/sheet{number}.xml" for number in numbers]
    listed = "".join(
        f'<sheet name="{escape(_sheet_name(name, n), QUOTE)}" sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    )
    kinds = {"workbook.xml": "sheet.main", "styles.xml": "styles"}
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">'
        f"<bookViews><workbookView/></bookViews><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", name) for name in names), ("styles", "styles.xml")]
        ),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "[Content_Types].xml": _content_types({**kinds, **dict.fromkeys(names, "worksheet")}),
    }


def _relations(links: Iterable[tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _content_types(kinds: Mapping[str, str]) -> str:
    told = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_RELATIONS}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}</Types>'
    )
