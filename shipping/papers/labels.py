"""Parcel labels: one per page of a thermal printer, or four on A4."""

from collections.abc import Sequence

from constance import config
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.documents.pdf import INK, SOFT, Box, Paper
from core.formats import money
from inventory.models import Warehouse
from shipping.barcodes import draw_bars, draw_square
from shipping.waybills import Waybill

THERMAL = (100.0, 150.0)
SHEET = (210.0, 297.0)
PER_SHEET = 4
EDGE = 5.0
QR = 24.0
DARK = 20


def thermal_labels(waybills: Sequence[Waybill]) -> bytes:
    """Labels of 100 × 150 mm, a page each, in the shop's language."""
    with translation.override(settings.LANGUAGE_CODE):
        paper = Paper(_("Labels"), THERMAL)
        for waybill in waybills:
            paper.add_page()
            draw_label(paper, waybill, Box(0, 0, *THERMAL))
        return paper.finished()


def label_sheets(waybills: Sequence[Waybill]) -> bytes:
    """The same on A4: four to a sheet, to be cut or on adhesive sheets of 105 × 148 mm."""
    width, height = SHEET[0] / 2, SHEET[1] / 2
    with translation.override(settings.LANGUAGE_CODE):
        paper = Paper(_("Labels"))
        for number, waybill in enumerate(waybills):
            across, down = number % 2, number // 2 % 2
            if not number % PER_SHEET:
                paper.add_page()
                _mark_cuts(paper)
            draw_label(paper, waybill, Box(across * width, down * height, width, height))
        return paper.finished()


def draw_label(paper: Paper, it: Waybill, page: Box) -> None:
    """From top to bottom: sender, recipient, district, what to collect, codes."""
    left, width = page.left + EDGE, page.width - 2 * EDGE
    top = page.top + EDGE
    _draw_sender(paper, it, Box(left, top, width, 17))
    _rule(paper, left, top + 18, width)
    _draw_recipient(paper, it, Box(left, top + 19.5, width, 46))
    _draw_place(paper, it, Box(left, top + 66, width, 20))
    if it.collect is not None:
        amount = money(it.collect, it.order.currency)
        text = _("Collect on delivery: %(amount)s") % {"amount": amount}
        _draw_dark(paper, text, Box(left, top + 87.5, width, 9.5))
    _rule(paper, left, top + 99, width)
    _draw_codes(paper, it, Box(left, top + 100.5, width, page.height - 2 * EDGE - 100.5))


def _draw_sender(paper: Paper, it: Waybill, box: Box) -> None:
    seller, shelf = it.parcel.seller, it.parcel.warehouse
    name = config.STORE_NAME if seller.is_house else seller.name
    phone = config.CONTACT_PHONE if seller.is_house else ""
    lines = [_("Sender: %s") % name, _where(shelf), phone]
    room = Box(box.left, box.top, box.width - 36, box.height)
    paper.fit("\n".join(filter(None, lines)), room, 8)
    count = _("Parcel %(place)s of %(parcels)s") % {"place": it.place, "parcels": it.parcels}
    right = Box(box.left + box.width - 36, box.top, 36, box.height / 2)
    paper.fit(count, right, 9, "B", align="R")
    below = Box(right.left, box.top + 6, 36, box.height / 2)
    paper.fit(f"{it.parcel.carried_by}\n{it.order.number}", below, 7.5, align="R")


def _draw_recipient(paper: Paper, it: Waybill, box: Box) -> None:
    address = it.address
    kind = _("To be collected by") if it.parcel.is_pickup else _("Recipient")
    paper.pen(7.5, shade=SOFT)
    paper.fit(kind, Box(box.left, box.top, box.width, 4), 7.5)
    paper.pen(15)
    down = 4 + paper.fit(it.recipient, Box(box.left, box.top + 4, box.width, 13), 15, "B")
    if it.phone:
        line = Box(box.left, box.top + down, box.width, 6)
        down += paper.fit(_("Phone: %s") % it.phone, line, 11, "B")
    street = _where(it.parcel.warehouse) if it.parcel.is_pickup else address and address.street
    room = Box(box.left, box.top + down + 1, box.width, 14)
    down += 1 + paper.fit(street or "", room, 11)
    if address and address.reference and not it.parcel.is_pickup:
        text = _("Reference: %s") % address.reference
        rest = Box(box.left, box.top + down + 0.5, box.width, max(box.height - down - 0.5, 4))
        paper.fit(text, rest, 9)


def _draw_place(paper: Paper, it: Waybill, box: Box) -> None:
    """What the carrier sorts by, to be read from afar."""
    address = it.address
    if it.parcel.is_pickup or address is None:
        paper.fit(_("Pickup in shop"), box, 22, "B")
        return
    district, rest = address.district or address.city, [address.city, address.region]
    around = [name for name in dict.fromkeys(rest) if name and name != district]
    codes = [address.ubigeo, address.postal_code, str(address.country)]
    high = paper.fit(district.upper(), Box(box.left, box.top, box.width, 13), 24, "B")
    below = Box(box.left, box.top + high, box.width, box.height - high)
    paper.fit(" · ".join([*around, *filter(None, codes)]), below, 10)


def _draw_dark(paper: Paper, text: str, box: Box) -> None:
    """Light on dark, so that nobody overlooks it."""
    paper.set_fill_color(DARK)
    paper.rect(box.left, box.top, box.width, box.height, style="F")
    inner = Box(box.left + 1, box.top + 1.6, box.width - 2, box.height - 2)
    paper.pen(13, "B", shade=255)
    paper.fit(text, inner, 13, "B", align="C")
    paper.pen(13)


def _draw_codes(paper: Paper, it: Waybill, box: Box) -> None:
    """The barcode is the carrier's number if there is one; the QR code is always ours."""
    number = it.parcel.tracking_number or it.parcel.number
    square = min(QR, box.height - 5)
    bars = Box(box.left, box.top, box.width - square - 1, box.height - 12)
    draw_square(paper, it.parcel.number, Box(bars.left + bars.width + 1, box.top, square, square))
    if not draw_bars(paper, number, bars):
        paper.fit(number, bars, 14, "B")
        return
    text = Box(box.left, box.top + bars.height + 1, bars.width, 5)
    paper.fit(number, text, 11, "B", align="C")
    if number != it.parcel.number:
        own = Box(box.left, text.top + 5, bars.width, 4)
        paper.fit(it.parcel.number, own, 7.5, align="C")


def _where(shelf: Warehouse) -> str:
    parts = (shelf.street, shelf.district, shelf.city)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _rule(paper: Paper, left: float, top: float, width: float) -> None:
    paper.set_draw_color(INK)
    paper.set_line_width(0.3)
    paper.line(left, top, left + width, top)


def _mark_cuts(paper: Paper) -> None:
    paper.set_draw_color(SOFT)
    paper.set_line_width(0.1)
    paper.line(SHEET[0] / 2, 0, SHEET[0] / 2, SHEET[1])
    paper.line(0, SHEET[1] / 2, SHEET[0], SHEET[1] / 2)
