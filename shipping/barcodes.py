"""Bars and squares that scanners read, drawn as lines: sharp in every size, on every printer."""

from itertools import groupby

import segno
from barcode import Code128

from core.documents.pdf import Box, Paper

QUIET = 10  # modules beside the bars, which scanners need
FINEST = 0.17  # millimetres: cheap scanners read nothing finer
SQUARE_QUIET = 2


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
    return [int(module) for module in Code128(text).build()[0]]


def _draw_runs(paper: Paper, modules: list[int], box: Box) -> None:
    """Adjacent modules of one colour in one rectangle: drawn alone they leave hairlines."""
    paper.set_fill_color(0)
    left = box.left
    for is_dark, run in groupby(modules):
        width = len(list(run)) * box.width
        if is_dark:
            paper.rect(left, box.top, width, box.height, style="F")
        left += width
