"""Purchase orders and dropship requests as PDF and CSV, in the shop's language."""

from collections import defaultdict
from collections.abc import Callable
from io import StringIO
from types import SimpleNamespace

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.letterheads import letter, tax_number
from catalog.models import Variant
from core.documents.pdf import Column
from core.formats import money
from core.reports.tables import write_text
from inventory.models import Warehouse
from purchasing import selectors
from purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierTask,
    SupplierTaskLine,
)
from purchasing.states import PurchaseOrderStatus

# The columns of an order's table, with their headings for people and their values.
_CELLS: dict[str, tuple[StrOrPromise, Callable[[PurchaseOrderLine], object]]] = {
    "sku": (gettext_lazy("SKU"), lambda line: line.variant.sku),
    "model": (gettext_lazy("manufacturer's model"), lambda line: line.variant.model),
    "name": (gettext_lazy("product"), lambda line: line.variant.name),
    "warehouse": (gettext_lazy("warehouse"), lambda line: line.warehouse.name),
    "address": (gettext_lazy("address"), lambda line: _address(line.warehouse)),
    "quantity": (gettext_lazy("units"), lambda line: line.quantity),
    "unit_cost": (gettext_lazy("unit cost"), lambda line: line.unit_cost),
    "total": (gettext_lazy("total"), lambda line: line.total),
}


def order_csv(order: PurchaseOrder) -> bytes:
    """The lines of the order for the supplier's computer. One query."""
    file = StringIO()
    columns = {name: heading for name, (heading, _value) in _CELLS.items()}
    rows = (
        SimpleNamespace(**{name: value(line) for name, (_heading, value) in _CELLS.items()})
        for line in _lines(order)
    )
    write_text(columns, rows, "csv", file)
    return file.getvalue().encode()


def order_pdf(order: PurchaseOrder) -> bytes:
    """The order: a table of lines for each warehouse that it is to be delivered to."""
    with translation.override(settings.LANGUAGE_CODE):
        kind = _("Purchase order")
        if order.is_draft or order.status == PurchaseOrderStatus.CANCELLED:
            kind = f"{kind} ({order.get_status_display()})"
        paper = letter(order.seller, kind=kind, number=order.number)
        paper.blocks([(_("Supplier"), _supplier(order.supplier)), *_days(order)])
        for warehouse, lines in _by_warehouse(order).items():
            paper.blocks([(_("Deliver to"), [warehouse.name, _address(warehouse)])])
            paper.rows(_order_columns(), [_order_row(line, order.currency) for line in lines])
        paper.sums(
            [
                (_("Subtotal"), money(order.subtotal, order.currency)),
                (_("Tax"), money(order.tax, order.currency)),
                (_("Total"), money(order.total, order.currency)),
            ]
        )
        if order.note:
            paper.paragraph(order.note, heading=_("Note"))
        return paper.finished()


def task_pdf(task: SupplierTask) -> bytes:
    """The request to pack and send: no prices, for it may end up in the parcel."""
    with translation.override(settings.LANGUAGE_CODE):
        paper = letter(task.seller, kind=_("To pack and send"), number=task.order.number)
        to = [task.recipient, *task.address.splitlines(), task.phone]
        paper.blocks([(_("Send to"), to), (_("Supplier"), _supplier(task.supplier))])
        columns = [
            Column(_("SKU"), 27),
            Column(_("Product"), 39),
            Column(_("Warehouse"), 22),
            Column(capfirst(_("units")), 12, is_number=True),
        ]
        lines = task.lines.select_related("variant", "warehouse").order_by("pk")
        paper.rows(columns, [_task_row(line) for line in lines])
        paper.paragraph(_("Please send this in our name and put no prices into the parcel."))
        return paper.finished()


def _lines(order: PurchaseOrder) -> QuerySet[PurchaseOrderLine]:
    return order.lines.select_related("variant", "warehouse").order_by("pk")


def _by_warehouse(order: PurchaseOrder) -> dict[Warehouse, list[PurchaseOrderLine]]:
    found: dict[Warehouse, list[PurchaseOrderLine]] = defaultdict(list)
    for line in _lines(order):
        found[line.warehouse].append(line)
    return found


def _address(warehouse: Warehouse) -> str:
    return selectors.joined([warehouse.street, warehouse.district, warehouse.city])


def _supplier(supplier: Supplier | None) -> list[str]:
    if supplier is None:
        return ["–"]
    phones = ", ".join(supplier.phones)
    return [supplier.name, tax_number(supplier.ruc), supplier.address, phones, supplier.email]


def _days(order: PurchaseOrder) -> list[tuple[str, list[str]]]:
    ordered_on = timezone.localdate(order.sent_at or order.created_at)
    days = [(_("Date"), [date_format(ordered_on)])]
    if order.expected_on:
        days.append((capfirst(_("expected")), [date_format(order.expected_on)]))
    return days


def _order_columns() -> list[Column]:
    return [
        Column(_("SKU"), 27),
        Column(_("Product"), 32),
        Column(capfirst(_("units")), 12, is_number=True),
        Column(_("Unit cost"), 15, is_number=True),
        Column(_("Total"), 14, is_number=True),
    ]


def _order_row(line: PurchaseOrderLine, currency: str) -> tuple[str, ...]:
    return (
        _sku(line.variant),
        line.variant.name,
        f"{line.quantity:,}",
        money(line.unit_cost, currency),
        money(line.total, currency),
    )


def _task_row(line: SupplierTaskLine) -> tuple[str, ...]:
    return _sku(line.variant), line.variant.name, line.warehouse.name, f"{line.quantity:,}"


def _sku(variant: Variant) -> str:
    """Suppliers know their own model better than our SKU."""
    return f"{variant.sku}\n{variant.model}" if variant.model else variant.sku
