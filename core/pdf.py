"""
Documents on paper: one look for all of them, drawn by fpdf2 in the shop's type.

The two files in `fonts` are Inter's regular and bold, cut with fontTools to Latin, Cyrillic and
currency signs. They lie there ready: to derive them from the web's font would cost each document
half a second.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

FONTS = {
    style: Path(__file__).parent / "fonts" / f"inter-{name}.ttf"
    for style, name in (("", "regular"), ("B", "bold"))
}
MISSING = "\0"
INK, SOFT, LINE, WELL = 25, 105, 205, 244  # shades of grey
MARGIN = 18  # millimetres
PADDING = (1.4, 1.6)
FOOT = 16


@dataclass(frozen=True)
class Column:
    """
    A column of a table; `width` is its share of the page's.

    Numbers are never broken: where they need more, the columns of texts give it.
    """

    heading: str
    width: float
    is_number: bool = False


class Document(FPDF):
    """
    An A4 document with page numbers. Build it in the language it is to be in.

    What the type cannot draw, such as an emoji, becomes “?”, and the foot of the pages says so.
    """

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        for style, file in FONTS.items():
            self.add_font("Inter", style, file)
        self.has_gaps = False
        self.title_line = title
        self.set_title(title)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=FOOT + 6)
        self.add_page()

    def normalize_text(self, text: str) -> str:
        """Called by fpdf2 for every text: keep what can be drawn."""
        known = cast("TTFFont", self.fonts["inter"]).cmap
        drawable = "".join(_drawable(char, known) for char in unicodedata.normalize("NFC", text))
        self.has_gaps |= MISSING in drawable
        return super().normalize_text(re.sub(f"{MISSING}+", "?", drawable))

    def footer(self) -> None:
        self.set_y(-FOOT)
        self._pen(8, shade=SOFT)
        gaps = _("“?” stands for characters that cannot be printed.") if self.has_gaps else ""
        self.cell(self.epw * 0.75, text="  ·  ".join(filter(None, [self.title_line, gaps])))
        page = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.cell(0, text=page, align="R")

    def letterhead(self, name: str, lines: Iterable[str], *, kind: str, number: str) -> None:
        """Who writes, on the left; what this is, on the right."""
        top, half = self.get_y(), self.epw / 2
        self._pen(15, "B")
        self._lines([name], half)
        self._pen(9, shade=SOFT)
        self._lines(lines, half)
        below = self.get_y()
        self.set_xy(self.l_margin + half, top)
        self._pen(10, shade=SOFT)
        self.cell(half, 6, kind, align="R", new_x=XPos.LEFT, new_y=YPos.NEXT)
        self._pen(15, "B")
        self.cell(half, 7, number, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(max(below, self.get_y()) + 6)

    def blocks(self, blocks: Sequence[tuple[str, Iterable[str]]]) -> None:
        """Headings with a few lines each, side by side; the first has half as much room again."""
        top, share = self.get_y(), self.epw / (len(blocks) + 0.5)
        below, left, width = top, self.l_margin, 1.5 * share
        for heading, lines in blocks:
            self.set_xy(left, top)
            self._pen(8.5, shade=SOFT)
            self._lines([heading], width - 4)
            self._pen(10)
            self._lines(lines, width - 4)
            below, left, width = max(below, self.get_y()), left + width, share
        self.set_xy(self.l_margin, below + 5)

    def rows(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """A table. Each page that it goes on to repeats the headings; no row is torn apart."""
        rows = [[column.heading for column in columns], *rows]
        widths = self._widths(columns, rows)
        self._pen(9)
        self.set_draw_color(LINE)
        with self.table(
            col_widths=widths,
            text_align=["RIGHT" if column.is_number else "LEFT" for column in columns],
            v_align="TOP",
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD", color=SOFT, fill_color=WELL),
            line_height=4.6,
            padding=PADDING,
        ) as table:
            for row in rows:
                table.row(row)
        self.ln(4)

    def _widths(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[float]:
        self._pen(9, "B")
        around = 2 * (PADDING[1] + self.c_margin)
        unit = self.epw / sum(column.width for column in columns)
        entries = zip(*rows, strict=True)
        numbers = {
            place: max(column.width * unit, around + max(map(self.get_string_width, texts)))
            for place, (column, texts) in enumerate(zip(columns, entries, strict=True))
            if column.is_number
        }
        room = self.epw - sum(numbers.values())
        shares = sum(column.width for column in columns if not column.is_number)
        return [
            numbers.get(place) or room * column.width / shares
            for place, column in enumerate(columns)
        ]

    def sums(self, sums: Sequence[tuple[str, str]]) -> None:
        """Amounts below a table, the last one in bold; they stay on one page."""
        if self.will_page_break(6.0 * len(sums)):
            self.add_page()
        for place, (label, amount) in enumerate(sums, start=1):
            self._pen(10, "B" if place == len(sums) else "")
            self.set_x(self.l_margin + self.epw * 0.5)
            self.cell(self.epw * 0.25, 6, label)
            self.cell(0, 6, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(4)

    def paragraph(self, text: str, *, heading: str = "") -> None:
        """Running text over the whole width."""
        if heading:
            self._pen(8.5, shade=SOFT)
            self._lines([heading], self.epw)
        self._pen(10)
        self._lines([text], self.epw)
        self.ln(4)

    def finished(self) -> bytes:
        """The file. Nothing can be added afterwards."""
        return bytes(self.output())

    def _pen(self, size: float, style: str = "", *, shade: int = INK) -> None:
        self.set_font("Inter", style, size)
        self.set_text_color(shade)

    def _lines(self, lines: Iterable[str], width: float) -> None:
        """One below the other, broken where they are too long; the pen stays at their left."""
        for line in filter(None, lines):
            self.multi_cell(
                width, self.font_size * 1.35, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT
            )


def _drawable(char: str, known: Container[int]) -> str:
    """The character, or the plain letters that it is made of, or a mark that it is missing."""
    if ord(char) in known or char == "\n":
        return char
    if char in "\r\t":
        return " "
    plain = unicodedata.normalize("NFKD", char)
    return "".join(part for part in plain if ord(part) in known) or MISSING
