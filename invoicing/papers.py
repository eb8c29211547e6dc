"""PDFs of fiscal documents, and of orders that have none."""

from decimal import Decimal

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.documents import DOCUMENTS
from core.brand.stationery import current_stationery
from core.documents.pdf import Column, Document
from core.formats import money
from core.money import ZERO
from invoicing import drafts
from invoicing.drafts import Line
from invoicing.models import DocumentKind, FiscalDocument, Submission
from invoicing.states import SubmissionState
from orders.models import Order


def document_pdf(document: FiscalDocument) -> bytes:
    """
    The document as it was issued, in the shop's language.

    What the shop is called today plays no part.
    """
    with translation.override(settings.LANGUAGE_CODE):
        paper = _headed(document, _title(document), document.number)
        paper.blocks(
            [(_("Customer"), _customer(document)), (capfirst(_("issued")), _dates(document))]
        )
        if document.corrects:
            original = f"{_title(document.corrects)} {document.corrects.number}"
            paper.paragraph(f"{original}: {document.reason}", heading=_("Takes back"))
        _write_figures(paper, document)
        _write_credit(paper, document)
        paper.paragraph(_validity(document))
        return paper.finished()


def order_pdf(order: Order) -> bytes:
    """What an order without a document comes to, in its shopper's language. Three queries."""
    with translation.override(order.language):
        draft = drafts.of_sale(order)
        placed_on = date_format(timezone.localdate(order.placed_at))
        paper = _headed(draft, _("Order"), order.number)
        paper.blocks([(_("Customer"), _customer(draft)), (_("Date"), [placed_on])])
        _write_figures(paper, draft)
        _write_credit(paper, draft)
        paper.paragraph(_("This is no fiscal document."))
        return paper.finished()


def _headed(document: FiscalDocument, kind: str, number: str) -> Document:
    paper = Document(f"{number} · {document.issuer_name}", current_stationery())
    issuer = [f"{_('RUC')} {document.issuer_tax_id or '–'}", document.issuer_address]
    paper.letterhead(document.issuer_name, issuer, kind=kind, number=number, sign=paper.logo)
    return paper


def _write_figures(paper: Document, document: FiscalDocument) -> None:
    paper.rows(_columns(document), [_row(line, document.currency) for line in document.lines])
    paper.sums(_sums(document))


def _write_credit(paper: Document, document: FiscalDocument) -> None:
    """How a sale was paid takes nothing from what it comes to."""
    paid = document.order.credit_total
    if paid and document.corrects is None:
        sentence = _("Paid with store credit: %(amount)s")
        paper.paragraph(sentence % {"amount": money(paid, document.currency)})


def _validity(document: FiscalDocument) -> str:
    """Only a provider's word makes it more than a piece of paper."""
    confirmed = Submission.objects.filter(document=document, state=SubmissionState.ACCEPTED).first()
    if confirmed is None:
        return _("Printed representation without fiscal validity.")
    return _("Printed representation of an electronic document. Confirmed: %(reference)s") % {
        "reference": confirmed.reference
    }


def _title(document: FiscalDocument) -> str:
    return capfirst(str(DocumentKind(document.kind).label))


def _customer(document: FiscalDocument) -> list[str]:
    paper = DOCUMENTS.get(document.customer_document_type)
    number = f"{paper.label} {document.customer_document}" if paper else ""
    return [document.customer_name, number, document.customer_address]


def _dates(document: FiscalDocument) -> list[str]:
    issued_on = date_format(timezone.localdate(document.issued_at))
    return [issued_on, f"{_('Order')} {document.order.number}"]


def _columns(document: FiscalDocument) -> list[Column]:
    return [
        Column(_("Units"), 12, is_number=True),
        Column(_("Description"), 34),
        Column(_("Unit price"), 15, is_number=True),
        Column(_("Discount"), 13, is_number=True),
        Column(document.tax_name, 12, is_number=True),
        Column(_("Total"), 14, is_number=True),
    ]


def _row(line: Line, currency: str) -> tuple[str, ...]:
    name = f"{line['name']}\n{line['sku']}" if line["sku"] else line["name"]
    amounts = (line["unit_price"], line["discount"], line["tax"], line["total"])
    return f"{line['quantity']:,}", name, *(money(amount, currency) for amount in amounts)


def _sums(document: FiscalDocument) -> list[tuple[str, str]]:
    net = money(document.net, document.currency)
    return [
        (_("Taxable amount") if document.tax else _("Untaxed amount"), net),
        (_taxed(document), money(document.tax, document.currency)),
        (_("Total"), money(document.total, document.currency)),
    ]


def _taxed(document: FiscalDocument) -> str:
    """The tax's name, with its rate where all of the sale bears the same."""
    sale = document.corrects or document
    rates = {Decimal(line.get("tax_rate") or 0) for line in sale.lines} - {ZERO}
    if len(rates) != 1:
        return document.tax_name
    percent = number_format((rates.pop() * 100).normalize())
    return f"{document.tax_name} {percent}\N{NO-BREAK SPACE}%"
