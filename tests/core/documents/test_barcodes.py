"""Bars that scanners read."""

from typing import Any

import pytest
from barcode.charsets.code128 import CODES, STOP
from hypothesis import given, settings
from hypothesis import strategies as st

from core.documents.pdf import Box, Paper
from shipping.barcodes import _modules, draw_bars, draw_square

WIDE = Box(5, 5, 90, 15)
TO_A, TO_B, TO_C = 101, 100, 99
START = {103: TO_A, 104: TO_B, 105: TO_C}


def scanned(modules: list[int]) -> str:
    """What a scanner makes of the bars, whose check digit has to be right."""
    bars = "".join(map(str, modules))
    assert bars.endswith(f"{STOP}11")
    values = [CODES.index(bars[at : at + 11]) for at in range(0, len(bars) - 13, 11)]
    start, *found, check = values
    assert (start + sum(place * value for place, value in enumerate(found, 1))) % 103 == check
    text, charset = "", START[start]
    for value in found:
        if (charset != TO_C and value >= 96) or (charset == TO_C and value >= 100):
            charset = value
        else:
            text += f"{value:02}" if charset == TO_C else chr(value + 32)
    return text


@settings(max_examples=300)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
def test_a_scanner_reads_what_was_written(text):
    assert scanned(_modules(text)) == text


def drawn(draw, text: str, box: Box) -> tuple[object, Any]:
    """What drawing says, and the page."""
    paper = Paper("x")
    paper.add_page()
    answer = draw(paper, text, box)
    page = paper.pages[1].contents
    paper.finished()
    return answer, page


@pytest.mark.parametrize("text", ["ENV-20261121-0001-1", "POLERA-GARUA-BLA-M", "7751234567890"])
def test_our_numbers_are_drawn(text):
    is_drawn, page = drawn(draw_bars, text, WIDE)

    assert is_drawn
    assert b" re f" in page


@pytest.mark.parametrize("text", ["", "ñandú", "a\nb", "X" * 80])
def test_what_no_scanner_would_read_is_not_drawn(text):
    is_drawn, page = drawn(draw_bars, text, WIDE)

    assert not is_drawn
    assert b" re f" not in page


def test_a_square_holds_what_bars_cannot():
    _answer, page = drawn(draw_square, "ñandú " * 20, Box(5, 5, 20, 20))

    assert b" re f" in page
