"""
Documents on paper, drawn by fpdf2: text in Inter, titles in the face and colour of the look.

The files in `fonts` are Inter's regular and bold, and the looks' faces, cut with fontTools to what
the web's fonts have, without the rules for ligatures and kerning, which nothing here sets by, and
with the names of their glyphs, which fontTools would look up in a long list. They lie there ready:
to derive them from the web's fonts would cost each document half a second.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import cast

from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont

from core.brand.stationery import Sign, Stationery

FOLDER = Path(__file__).parent / "fonts"
FONTS = {style: FOLDER / f"inter-{name}.ttf" for style, name in (("", "regular"), ("B", "bold"))}
MISSING = "\0"
INK, SOFT, LINE, WELL = 25, 105, 205, 244  # shades of grey
MARGIN = 18  # millimetres
PADDING = (1.4, 1.6)
FOOT = 16
MIN = 5.5  # points
POINT = 25.4 / 72
SIGN = (62, 13)  # the most room that a logo takes, in millimetres
RULE = 0.9


@dataclass(frozen=True)
class Column:
    """
    A column of a table; `width` is its share of the page's.

    Numbers are never broken: where they need more, the columns of texts give it.
    """

    heading: str
    width: float
    is_number: bool = False


@dataclass(frozen=True)
class Box:
    """A part of a page."""

    left: float
    top: float
    width: float
    height: float


class Paper(FPDF):
    """
    Pages of any size in the shop's typeface. Missing glyphs, for example emoji, become “?”.

    Lengths are in millimetres, font sizes in points. There are no automatic page breaks.
    """

    def __init__(self, title: str, size: str | tuple[float, float] = "A4") -> None:
        super().__init__(format=size)
        for style, file in FONTS.items():
            self.add_font("Inter", style, file)
        self.has_gaps = False
        self.set_title(title)
        self.set_auto_page_break(auto=False)

    def normalize_text(self, text: str) -> str:
        """Called by fpdf2 for every text: keep what can be drawn."""
        known = cast("TTFFont", self.fonts["inter"]).cmap
        drawable = "".join(_drawable(char, known) for char in unicodedata.normalize("NFC", text))
        self.has_gaps |= MISSING in drawable
        return super().normalize_text(re.sub(f"{MISSING}+", "?", drawable))

    def pen(self, size: float, style: str = "", *, shade: int = INK) -> None:
        """Write in this size and shade from here on, `B` in bold."""
        self.set_font("Inter", style, size)
        self.set_text_color(shade)

    def fit(self, text: str, box: Box, size: float, style: str = "", *, align: str = "L") -> float:
        """
        Write within the box in the pen's shade, smaller where it has to be; gives its height.

        What does not fit even at the smallest size ends in an ellipsis.
        """
        lines = self.broken(text, box.width, size, style)
        while size > MIN and len(lines) * leading(size) > box.height:
            size = max(MIN, size - 0.5)
            lines = self.broken(text, box.width, size, style)
        room = max(1, int(box.height / leading(size)))
        if len(lines) > room:
            lines = [*lines[: room - 1], self._cut(" ".join(lines[room - 1 :]), box.width)]
        for place, line in enumerate(lines):
            self.set_xy(box.left, box.top + place * leading(size))
            self.cell(box.width, leading(size), line, align=align)
        return len(lines) * leading(size)

    def finished(self) -> bytes:
        """The file. Nothing can be added afterwards."""
        return bytes(self.output())

    def broken(self, text: str, width: float, size: float, style: str = "") -> list[str]:
        """The lines that the text takes in that width; nothing is written."""
        self.set_font("Inter", style, size)
        lines = self.multi_cell(
            width, leading(size), text, align="L", dry_run=True, output=MethodReturnValue.LINES
        )
        return cast("list[str]", lines)

    def _cut(self, text: str, width: float) -> str:
        """As much of the text as one line takes."""
        room = width - 2 * self.c_margin
        while text and self.get_string_width(f"{text}…") > room:
            text = text[:-1]
        return f"{text.rstrip()}…"


class Document(Paper):
    """
    A4 documents with page numbers. Build them in the language they are to be in.

    Characters that cannot be drawn are mentioned at the foot of the pages. Without stationery,
    titles are in black Inter.
    """

    def __init__(self, title: str, stationery: Stationery | None = None) -> None:
        super().__init__(title)
        self.stationery = stationery
        if stationery:
            self.add_font("Title", "", FOLDER / f"{stationery.look.face}.ttf")
        self.title_line = title
        self.pages_before, self.is_many = 0, False
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=FOOT + 6)
        self.add_page()

    @property
    def logo(self) -> Sign | None:
        """The shop's logo, for white paper."""
        signs = self.stationery and self.stationery.signs
        return signs.light if signs else None

    def begin(self, title: str) -> None:
        """
        Start another document in the same file: on a new page, which is its first.

        Say before, by `is_many`, that the first is not alone.
        """
        self.add_page()
        self.title_line, self.has_gaps = title, False
        self.pages_before, self.is_many = self.page_no() - 1, True

    def footer(self) -> None:
        self.set_y(-FOOT)
        self.pen(8, shade=SOFT)
        gaps = _("“?” stands for characters that cannot be printed.") if self.has_gaps else ""
        self.cell(self.epw * 0.75, text="  ·  ".join(filter(None, [self.title_line, gaps])))
        self.cell(0, text=self._page(), align="R")

    def _page(self) -> str:
        """How many pages there are is known only of a file that is one document."""
        if self.is_many:
            return _("Page %(page)s") % {"page": self.page_no() - self.pages_before}
        return _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}

    def letterhead(
        self, name: str, lines: Iterable[str], *, kind: str, number: str, sign: Sign | None = None
    ) -> None:
        """Who writes, on the left, below their logo; what this is, on the right."""
        top, half = self.get_y(), self.epw / 2
        if sign:
            self._draw_sign(sign)
        self._title_pen(15, name)
        self._lines([name], half)
        self.pen(9, shade=SOFT)
        self._lines(lines, half)
        below = self.get_y()
        self.set_xy(self.l_margin + half, top)
        self.pen(10, shade=SOFT)
        self.cell(half, 6, kind, align="R", new_x=XPos.LEFT, new_y=YPos.NEXT)
        self._title_pen(15, number)
        self.cell(half, 7, number, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(max(below, self.get_y()) + 4)
        self._rule()

    def _draw_sign(self, sign: Sign) -> None:
        scale = min(SIGN[0] / sign.width, SIGN[1] / sign.height)
        high = scale * sign.height
        try:
            picture = BytesIO(sign.read())
        except OSError:
            # The name stands below it anyway.
            return
        self.image(picture, self.l_margin, self.get_y(), scale * sign.width, high)
        self.set_y(self.get_y() + high + 3)

    def _rule(self) -> None:
        if self.stationery:
            # Otherwise the rows of tables would be filled as well.
            with self.local_context(fill_color=self.stationery.accent):
                self.rect(self.l_margin, self.get_y(), self.epw, RULE, style="F")
        self.set_y(self.get_y() + RULE + 5)

    def _title_pen(self, size: float, text: str) -> None:
        """In the look's face, unless that lacks a letter of the text."""
        self.pen(size, "B")
        if self.stationery:
            self.set_text_color(self.stationery.headline)
            known = cast("TTFFont", self.fonts["title"]).cmap
            if all(ord(char) in known for char in text):
                self.set_font("Title", "", size)

    def blocks(self, blocks: Sequence[tuple[str, Iterable[str]]]) -> None:
        """Headings with a few lines each, side by side; the first has half as much room again."""
        top, share = self.get_y(), self.epw / (len(blocks) + 0.5)
        below, left, width = top, self.l_margin, 1.5 * share
        for heading, lines in blocks:
            self.set_xy(left, top)
            self.pen(8.5, shade=SOFT)
            self._lines([heading], width - 4)
            self.pen(10)
            self._lines(lines, width - 4)
            below, left, width = max(below, self.get_y()), left + width, share
        self.set_xy(self.l_margin, below + 5)

    def rows(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """A table. Headings repeat on each page; no row is split."""
        rows = [[column.heading for column in columns], *rows]
        widths = self._widths(columns, rows)
        self.pen(9)
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
        self.pen(9, "B")
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
            self.pen(10, "B" if place == len(sums) else "")
            self.set_x(self.l_margin + self.epw * 0.5)
            self.cell(self.epw * 0.25, 6, label)
            self.cell(0, 6, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(4)

    def paragraph(self, text: str, *, heading: str = "") -> None:
        """Running text over the whole width."""
        if heading:
            self.pen(8.5, shade=SOFT)
            self._lines([heading], self.epw)
        self.pen(10)
        self._lines([text], self.epw)
        self.ln(4)

    def _lines(self, lines: Iterable[str], width: float) -> None:
        """One below the other, broken where they are too long; the pen stays at their left."""
        for line in filter(None, lines):
            self.multi_cell(
                width, self.font_size * 1.35, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT
            )


def leading(size: float) -> float:
    """From line to line, in millimetres."""
    return size * 1.22 * POINT


def _drawable(char: str, known: Container[int]) -> str:
    """The character, or the plain letters that it is made of, or a mark that it is missing."""
    if ord(char) in known or char == "\n":
        return char
    if char in "\r\t":
        return " "
    plain = unicodedata.normalize("NFKD", char)
    return "".join(part for part in plain if ord(part) in known) or MISSING
