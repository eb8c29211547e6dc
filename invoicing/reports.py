"""The fiscal documents of some days, as an accountant books them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.reports.base import Filters, Report
from invoicing.models import DocumentKind, FiscalDocument

_AT_ONCE = 500


@dataclass(frozen=True)
class DocumentRow:
    """A document whose amounts are negative where it takes something back."""

    number: str
    kind: str
    issued_at: datetime
    order: str
    corrects: str
    customer_document_type: str
    customer_document: str
    customer_name: str
    net: Decimal
    tax: Decimal
    total: Decimal
    currency: str


def documents(filters: Filters) -> Iterator[DocumentRow]:
    """Those issued in these days, by their numbers. One query."""
    found = FiscalDocument.objects.select_related("order", "corrects")
    if filters.starts_at:
        found = found.filter(issued_at__gte=filters.starts_at)
    if filters.ends_at:
        found = found.filter(issued_at__lt=filters.ends_at)
    in_order = found.order_by("series__code", "sequence")
    return map(_row, in_order.iterator(chunk_size=_AT_ONCE))


def _row(document: FiscalDocument) -> DocumentRow:
    sign = -1 if document.kind == DocumentKind.CREDIT_NOTE else 1
    return DocumentRow(
        number=document.number,
        kind=document.get_kind_display(),
        issued_at=document.issued_at,
        order=document.order.number,
        corrects=document.corrects.number if document.corrects else "",
        customer_document_type=document.customer_document_type,
        customer_document=document.customer_document,
        customer_name=document.customer_name,
        net=sign * document.net,
        tax=sign * document.tax,
        total=sign * document.total,
        currency=document.currency,
    )


DOCUMENTS = Report(
    name="fiscal-documents",
    title=_("Fiscal documents"),
    purpose=_("Lists what was issued; what a credit note takes back is negative."),
    permissions=("invoicing.view_fiscaldocument",),
    days_mean=_("what was issued in these days"),
    rows=documents,
    columns={
        "number": _("number"),
        "kind": _("document"),
        "issued_at": _("issued"),
        "order": _("order"),
        "corrects": _("corrects"),
        "customer_document_type": _("document"),
        "customer_document": _("document number"),
        "customer_name": _("customer"),
        "net": _("net"),
        "tax": _("tax"),
        "total": _("total"),
        "currency": _("currency"),
    },
    totals=("net", "tax", "total"),
)
