"""Slip and label of each parcel on one sheet: the label is cut off below, so that none is mixed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation

from core.documents.pdf import FOOT, LINE, Box, Document
from shipping.papers.labels import draw_label
from shipping.papers.slips import add_slip
from shipping.waybills import Waybill

# An A6 label, lying on its side above the foot of an A4 sheet.
WIDE, HIGH = 148.5, 105.0
GAP = 4.0


def sheets_of(waybills: Sequence[Waybill]) -> tuple[bytes, list[int]]:
    """
    The papers of these parcels in this order, and the number of the last page of each.

    A long slip has its label on a sheet more.
    """
    paper: Document | None = None
    ends = []
    for waybill in waybills:
        paper = add_slip(waybill, paper, is_many=len(waybills) > 1)
        with translation.override(settings.LANGUAGE_CODE):
            _add_label(paper, waybill)
        ends.append(paper.page_no())
    if paper is None:
        raise ValueError("There is no parcel to write about.")
    return paper.finished(), ends


def _add_label(paper: Document, waybill: Waybill) -> None:
    top = paper.h - FOOT - GAP - HIGH
    if paper.get_y() > top - GAP:
        paper.add_page()
    left = (paper.w - WIDE) / 2
    _mark_cuts(paper, Box(left, top, WIDE, HIGH))
    # The upper left corner of the upright label comes to lie at the lower left.
    corner = top + HIGH
    with _without_breaks(paper), paper.rotation(90, left, corner):
        draw_label(paper, waybill, Box(left, corner, HIGH, WIDE))


@contextmanager
def _without_breaks(paper: Document) -> Iterator[None]:
    """What is turned lies elsewhere than it is said to, perhaps below the end of the page."""
    margin = paper.b_margin
    paper.set_auto_page_break(auto=False)
    yield
    paper.set_auto_page_break(auto=True, margin=margin)


def _mark_cuts(paper: Document, box: Box) -> None:
    paper.set_draw_color(LINE)
    paper.set_line_width(0.2)
    with paper.local_context(dash_pattern={"dash": 2, "gap": 1.5}):
        paper.rect(box.left, box.top, box.width, box.height)
