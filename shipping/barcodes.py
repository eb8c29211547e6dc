"""Bars and squares that scanners read, drawn as lines: sharp in every size, on every printer."""

import re
from itertools import groupby

import segno
from barcode.charsets.code128 import CODES, START_CODES, STOP

from core.documents.pdf import Box, Paper

QUIET = 10  # modules beside the bars, which scanners need
FINEST = 0.17  # millimetres: cheap scanners read nothing finer
SQUARE_QUIET = 2
_SWITCH = {"B": 100, "C": 99}
_STOP = [int(module) for module in f"{STOP}11"]


def draw_bars(paper: Paper, text: str, box: Box) -> bool:
    """
    The text as Code 128, as wide as the box.

    Draws nothing and says False if it has letters that Code 128 lacks, or is too long to be read.
    """
    modules = _modules(text)
    if not modules:
        return False
    width = min(box.width / (len(modules) + 2 * QUIET), 0.5)
    if width < FINEST:
        return False
    left = box.left + (box.width - len(modules) * width) / 2
    _draw_runs(paper, modules, Box(left, box.top, width, box.height))
    return True


def draw_square(paper: Paper, text: str, box: Box) -> None:
    """The text as a QR code, in the upper left of the box."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    size = min(box.width, box.height) / (len(rows) + 2 * SQUARE_QUIET)
    left, top = box.left + SQUARE_QUIET * size, box.top + SQUARE_QUIET * size
    for place, row in enumerate(rows):
        _draw_runs(paper, row, Box(left, top + place * size, size, size))


def _modules(text: str) -> list[int]:
    """The bars, 1, and gaps, 0, of the text; none if it cannot be written so."""
    if not (text and text.isascii() and text.isprintable()):
        return []
    values = _values(text)
    check = sum(max(place, 1) * value for place, value in enumerate(values)) % 103
    return [int(module) for value in (*values, check) for module in CODES[value]] + _STOP


def _values(text: str) -> list[int]:
    """Letters one by one in charset B, four digits and more two by two in charset C."""
    values, charset = [], ""
    for run in re.findall(r"(?:\d\d){2,}|.", text):
        wanted = "B" if len(run) == 1 else "C"
        if wanted != charset:
            values.append(_SWITCH[wanted] if charset else START_CODES[wanted])
        charset = wanted
        if charset == "C":
            values += [int(run[at : at + 2]) for at in range(0, len(run), 2)]
        else:
            values.append(ord(run) - ord(" "))
    return values


def _draw_runs(paper: Paper, modules: list[int], box: Box) -> None:
    """Adjacent modules of one colour in one rectangle: drawn alone they leave hairlines."""
    paper.set_fill_color(0)
    left = box.left
    for is_dark, run in groupby(modules):
        width = len(list(run)) * box.width
        if is_dark:
            paper.rect(left, box.top, width, box.height, style="F")
        left += width
