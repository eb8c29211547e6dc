"""Excel workbooks written row by row: what is written can be sent at once, and nothing is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain, count, islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

# The rows that one sheet of Excel holds, and the signs that one of its cells does.
MOST_ROWS = 1_048_576
MOST_SIGNS = 32_767
ROWS_AT_ONCE = 200
BLOCK = 65_536

Row = Sequence[object]

_DAY_ZERO = date(1899, 12, 30)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN_XML = "http://schemas.openxmlformats.org"
_MAIN = f"{_OPEN_XML}/spreadsheetml/2006/main"
_LINKS = f"{_OPEN_XML}/officeDocument/2006/relationships"
_PACKAGE = f"{_OPEN_XML}/package/2006"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>', "</sheetData></worksheet>"
# Of the formats that Excel brings along: any number, a day, a moment.
_DAY, _MOMENT = 1, 2
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">\
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


def blocks(heading: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """
    The workbook piece by piece: one sheet, or as many as the rows need, each with the heading.

    Numbers, days and moments without a time zone are such in it, the rest is text, which must have
    no control characters. No cell is a formula.
    """
    waiting = iter(rows)
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as book:
        first: list[Row] = []
        for number in count(1):
            with book.open(f"xl/worksheets/sheet{number}.xml", "w") as sheet:
                sheet.write(_SHEET[0].encode())
                within = chain([heading], first, islice(waiting, MOST_ROWS - 1 - len(first)))
                for text in _texts(within):
                    sheet.write(text.encode())
                    if len(sink.held) > BLOCK:
                        yield sink.take()
                sheet.write(_SHEET[1].encode())
            first = list(islice(waiting, 1))
            if not first:
                break
        for name, text in _parts(number).items():
            book.writestr(name, text)
    yield sink.take()


class _Sink:
    """A file that holds what is written until somebody takes it."""

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


def _texts(rows: Iterable[Row]) -> Iterator[str]:
    """Some rows at a time as XML."""
    numbered = enumerate(rows, start=1)
    while some := list(islice(numbered, ROWS_AT_ONCE)):
        yield "".join(_row(number, row) for number, row in some)


def _row(number: int, row: Row) -> str:
    cells = (_cell(f"{_letters(at)}{number}", v) for at, v in enumerate(row, start=1))
    return f'<row r="{number}">{"".join(cells)}</row>'


@cache
def _letters(column: int) -> str:
    """What Excel calls the column: A, B, …, Z, AA, …"""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


def _cell(place: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, (int, float, Decimal)):
        return f'<c r="{place}"><v>{value}</v></c>'
    if isinstance(value, date):
        style = _MOMENT if isinstance(value, datetime) else _DAY
        return f'<c r="{place}" s="{style}"><v>{_serial(value)}</v></c>'
    text = escape(str(value)[:MOST_SIGNS])
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _serial(value: date) -> float:
    """Days since Excel's day zero, and the part of the day."""
    days = value.toordinal() - _DAY_ZERO.toordinal()
    if not isinstance(value, datetime):
        return days
    return days + (value - datetime.combine(value, time.min)) / timedelta(days=1)


def _parts(sheets: int) -> dict[str, str]:
    """What a package needs beside its sheets; how many these are is known last."""
    numbers = range(1, sheets + 1)
    names = [f"worksheets/sheet{number}.xml" for number in numbers]
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    kinds = {"workbook.xml": "sheet.main", "styles.xml": "styles"}
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">'
        f"<sheets>{listed}</sheets></workbook>",
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
