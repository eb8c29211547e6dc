"""Documents on paper: pages, headings, and what the type cannot draw."""

import re

import pytest
from fpdf.fonts import TTFFont

from core.brand.looks import LOOKS
from core.brand.stationery import stationery
from core.documents.pdf import Column, Document
from tests.pdf import drawings_of, pages_of, text_of

COLUMNS = [Column("SKU", 1), Column("Total", 1, is_number=True)]


def drawn(text: str) -> list[str]:
    """The lines of a page with that text on it; below it stands the page's foot."""
    paper = Document("x")
    paper.paragraph(text)
    return text_of(paper.finished()).splitlines()


@pytest.mark.parametrize("text", ["Sofá Ñandú × 2 – “gris”", "S/\u00a01,234.50 € ₲", "Стол"])
def test_the_type_has_what_a_shop_here_writes(text):
    assert drawn(text)[0] == text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Mesa 😀👨‍👩‍👧 roja", "Mesa ? roja"),
        ("大きい", "?"),
        ("\x07", "?"),
        ("a\tb", "a b"),
        ("Vie\u0323\u0302t", "Viet"),
        ("n\u0303", "ñ"),
    ],
)
def test_what_cannot_be_drawn_becomes_plain_or_a_question_mark(text, line):
    assert drawn(text)[0] == line


def test_the_type_brings_what_is_drawn_and_nothing_else():
    """
    No rules for ligatures and kerning: they would be read for each document, and set nothing.

    But the names of its glyphs, which else were looked up in a list of all that there are.
    """
    paper = Document("x")

    fonts = [font for font in paper.fonts.values() if isinstance(font, TTFFont)]
    tables = set().union(*(font.ttfont.keys() for font in fonts))
    names = {font.ttfont["post"].formatType for font in fonts}
    paper.finished()

    assert "glyf" in tables
    assert names == {2}
    assert tables.isdisjoint({"GDEF", "GPOS", "GSUB", "STAT"})


def test_the_foot_says_what_the_question_marks_mean():
    clean, gappy = drawn("Mesa ?"), drawn("Mesa 😀")

    assert clean[0] == gappy[0] == "Mesa ?"
    assert ["“?”" in page[1] for page in (clean, gappy)] == [False, True]


def test_a_long_table_repeats_its_headings_on_numbered_pages():
    paper = Document("OC-2026-001")
    paper.rows(COLUMNS, [(f"SKU-{number}", "1.00") for number in range(200)])

    pages = pages_of(paper.finished())

    assert len(pages) > 4
    for number, page in enumerate(pages, start=1):
        assert page.splitlines()[:2] == ["SKU", "Total"]
        *_lines, this, last = page.splitlines()
        assert (this.split()[1], last) == (str(number), str(len(pages)))
    rows = [line for page in pages for line in page.splitlines() if line.startswith("SKU-")]
    assert rows == [f"SKU-{number}" for number in range(200)]


def test_a_number_is_never_broken_however_long():
    columns = [Column("Product", 10), Column("Total", 1, is_number=True)]
    paper = Document("x")
    paper.rows(columns, [("Mesa", "S/\u00a012,345,678.90"), ("Silla", "1.00")])

    assert "S/ 12,345,678.90" in text_of(paper.finished()).splitlines()


def test_the_sums_are_not_torn_apart():
    paper = Document("x")
    paper.set_y(paper.h - 35)
    paper.sums([("Subtotal", "1.00"), ("Tax", "0.18"), ("Total", "1.18")])

    _first, second = pages_of(paper.finished())

    assert second.splitlines()[:6] == ["Subtotal", "1.00", "Tax", "0.18", "Total", "1.18"]


@pytest.mark.parametrize("look", LOOKS)
def test_titles_are_in_the_face_and_colour_of_the_look(look):
    worn = stationery(look, "#b3261e", "own")
    paper = Document("x", worn)
    plain = paper.fill_color
    paper.letterhead("Vitrina S. A. C.", ["Av. Perú 1"], kind="Boleta", number="B001-1")

    file = paper.finished()

    assert worn.look.family.encode() in file
    assert text_of(file).splitlines()[:4] == ["Vitrina S. A. C.", "Av. Perú 1", "Boleta", "B001-1"]
    (page,) = drawings_of(file)
    assert worn.headline in colours_in(page)
    # Otherwise the rows of tables would be filled with it.
    assert paper.fill_color == plain


def colours_in(page: bytes) -> list[str]:
    """The colours of letters and grounds, in the order of their use."""
    commands = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) rg", page)
    return ["#" + bytes(round(255 * float(part)) for part in each).hex() for each in commands]


def test_a_title_that_the_face_cannot_write_is_in_our_own():
    paper = Document("x", stationery("market", "", "own"))
    paper.letterhead("Стол", [], kind="", number="Д-1")

    assert text_of(paper.finished()).splitlines()[:2] == ["Стол", "Д-1"]
