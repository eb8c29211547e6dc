"""The packing slip: a parcel's contents, for packers and customers."""

from collections.abc import Sequence
from decimal import Decimal

from constance import config
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letterheads import letter
from core.documents.pdf import Box, Column, Document
from core.formats import money
from core.mail.message import absolute
from orders.links import tracking_link
from orders.models import OrderLine
from shipping.barcodes import draw_bars, draw_square
from shipping.models import ShipmentItem
from shipping.waybills import Waybill

HIGH = 22  # of the return hint, with its code


def packing_slips(waybills: Sequence[Waybill]) -> bytes:
    """A slip for each parcel, in its shopper's language; prices only if the settings say so."""
    paper: Document | None = None
    for waybill in waybills:
        paper = add_slip(waybill, paper, is_many=len(waybills) > 1)
    if paper is None:
        raise ValueError("There is no parcel to write about.")
    return paper.finished()


def add_slip(waybill: Waybill, paper: Document | None, *, is_many: bool) -> Document:
    """The parcel's slip at the end of a file, or as the first of another that will have many."""
    with translation.override(waybill.order.language):
        paper = _headed(waybill, paper)
        paper.is_many = is_many
        _write(paper, waybill)
    return paper


def _headed(it: Waybill, paper: Document | None) -> Document:
    number = it.parcel.number
    return letter(it.parcel.seller, kind=_("Packing slip"), number=number, paper=paper)


def _write(paper: Document, it: Waybill) -> None:
    number = it.parcel.number
    draw_bars(paper, number, Box(paper.l_margin + paper.epw - 62, paper.get_y() - 5, 62, 9))
    paper.set_y(paper.get_y() + 5)
    paper.blocks([(_("For"), _recipient(it)), (_("Order"), _order(it))])
    items = sorted(it.parcel.items.all(), key=lambda item: (item.line.position, item.line.pk))
    paper.rows(_columns(), [_row(item, it.order.currency) for item in items])
    units = ngettext("%(number)s unit", "%(number)s units", it.units) % {"number": it.units}
    count = _("Parcel %(place)s of %(parcels)s") % {"place": it.place, "parcels": it.parcels}
    paper.paragraph(f"{count} · {units}")
    if it.order.customer_note:
        paper.paragraph(it.order.customer_note, heading=_("Your note"))
    _hint(paper, it)


def _recipient(it: Waybill) -> list[str]:
    address = it.address
    if address is None:
        return [it.recipient]
    place = " · ".join(dict.fromkeys(filter(None, [address.district, address.city])))
    return [address.recipient, address.street, place, address.reference]


def _order(it: Waybill) -> list[str]:
    placed_on = date_format(timezone.localdate(it.order.placed_at))
    way = dict.fromkeys([it.order.shipping_method_name, it.parcel.carried_by])
    return [it.order.number, placed_on, *way]


def _columns() -> list[Column]:
    columns = [
        Column(capfirst(_("units")), 10, is_number=True),
        Column(_("Product"), 55),
        Column(_("SKU"), 35),
    ]
    if config.SLIP_SHOWS_PRICES:
        columns.append(Column(_("Total"), 15, is_number=True))
    return columns


def _row(item: ShipmentItem, currency: str) -> tuple[str, ...]:
    line = item.line
    row = (f"{item.quantity:,}", _name(line), line.sku)
    if not config.SLIP_SHOWS_PRICES:
        return row
    return *row, money(Decimal(line.total) * item.quantity / line.quantity, currency)


def _name(line: OrderLine) -> str:
    """With the choices that its name leaves out."""
    choices = [f"{name}: {value}" for name, value in line.options.items()]
    return "\n".join(filter(None, [line.name, " · ".join(choices), line.kit]))


def _hint(paper: Document, it: Waybill) -> None:
    """How it is followed and sent back, with a code for the telephone's camera."""
    if paper.will_page_break(HIGH):
        paper.add_page()
    top = paper.get_y()
    link = absolute(tracking_link(it.order))
    draw_square(paper, link, Box(paper.l_margin, top, HIGH, HIGH))
    text = _("Is something missing, broken or not as you wanted? You can return it within %s days.")
    room = Box(paper.l_margin + HIGH + 3, top + 3, paper.epw - HIGH - 3, HIGH - 6)
    sentences = [text % config.RETURN_DAYS, _("Point your camera here to see your order.")]
    contact = " · ".join(filter(None, [config.CONTACT_PHONE, config.CONTACT_EMAIL]))
    paper.pen(10)
    paper.fit("\n".join(filter(None, [*sentences, contact])), room, 10)
    paper.set_y(top + HIGH)
