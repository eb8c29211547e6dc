"""Draft fiscal documents: the contents are copied from the order, before there is a number."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NotRequired, TypedDict

from constance import config
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from accounts.documents import is_for_invoices
from core.money import ZERO, quantize
from invoicing.models import DocumentKind, FiscalDocument
from orders.models import AddressKind, Order, OrderAddress, OrderLine
from promotions.selectors import tax_name


class Line(TypedDict):
    """
    A row of a document. `total` contains the tax, whether the prices do or not.

    `tax_rate` is empty for what has no single one, and absent in documents of old.
    """

    sku: str
    name: str
    quantity: int
    unit_price: str
    discount: str
    tax_rate: NotRequired[str]
    tax: str
    total: str


def of_sale(order: Order) -> FiscalDocument:
    """A factura for who gave a company's number, a boleta for anybody else. Three queries."""
    addresses = {address.kind: address for address in order.addresses.all()}
    billed_to = addresses.get(AddressKind.BILLING) or addresses.get(AddressKind.SHIPPING)
    to_company = is_for_invoices(order.document_type.lower())
    return FiscalDocument(
        kind=DocumentKind.INVOICE if to_company else DocumentKind.RECEIPT,
        order=order,
        issuer_name=config.LEGAL_NAME,
        issuer_tax_id=config.TAX_ID,
        issuer_address=config.LEGAL_ADDRESS,
        customer_name=billed_to.recipient if billed_to else order.email,
        customer_document_type=order.document_type.lower(),
        customer_document=order.document_number,
        customer_address=_written(billed_to) if billed_to else "",
        currency=order.currency,
        tax_name=_tax_name(addresses.get(AddressKind.SHIPPING)),
        net=order.total - order.tax_total,
        tax=order.tax_total,
        total=order.total,
        lines=_lines(order),
    )


def says_the_same(draft: FiscalDocument, issued: FiscalDocument) -> bool:
    """Whether the issued documents bill what the draft would bill."""
    figures = ("currency", "net", "tax", "total")
    is_alike = all(getattr(draft, name) == getattr(issued, name) for name in figures)
    return (
        is_alike
        and len(draft.lines) == len(issued.lines)
        and all(
            old.items() <= new.items() for old, new in zip(issued.lines, draft.lines, strict=True)
        )
    )


def of_credit(
    original: FiscalDocument, amount: Decimal, before: Iterable[FiscalDocument], *, reason: str
) -> FiscalDocument:
    """
    The credit note over `amount`, after those `before` it.

    Its tax is such that the credit notes over the whole document take back exactly its tax.
    """
    earlier = list(before)
    credited = sum((note.total for note in earlier), amount)
    tax = quantize(original.tax * credited / original.total, original.currency)
    tax -= sum((note.tax for note in earlier), ZERO)
    copied = (
        "order", "issuer_name", "issuer_tax_id", "issuer_address", "customer_name",
        "customer_document_type", "customer_document", "customer_address", "currency", "tax_name",
    )  # fmt: skip
    return FiscalDocument(
        kind=DocumentKind.CREDIT_NOTE,
        corrects=original,
        reason=reason,
        net=amount - tax,
        tax=tax,
        total=amount,
        lines=original.lines if amount == original.total else [_refunded(original, amount, tax)],
        **{name: getattr(original, name) for name in copied},
    )


def _tax_name(goes_to: OrderAddress | None) -> str:
    return tax_name(str(goes_to.country), goes_to.region) if goes_to else tax_name(config.COUNTRY)


def _written(address: OrderAddress) -> str:
    parts = (address.street, address.district, address.city, address.region)
    return ", ".join(dict.fromkeys(part for part in parts if part))[:500]


def _lines(order: Order) -> list[Line]:
    """What the lines do not bear of the tax is the delivery's."""
    rows = list(order.lines.order_by("position"))
    tax_left = order.tax_total - sum((row.tax for row in rows), ZERO)
    added = not order.prices_include_tax
    lines = [_sold(row, tax_is_added=added) for row in rows]
    if order.shipping_total:
        delivery = order.shipping_total + (tax_left if added else ZERO)
        name = order.shipping_method_name or in_shop_language(_("Delivery"))
        lines.append(_line(name, order.shipping_total, tax_left, delivery))
    return lines


def _sold(row: OrderLine, *, tax_is_added: bool) -> Line:
    options = ", ".join(str(value) for value in row.options.values())
    return {
        "sku": row.sku,
        "name": f"{row.name} ({options})" if options else row.name,
        "quantity": row.quantity,
        "unit_price": str(row.unit_price),
        "discount": str(row.discount),
        "tax_rate": str(row.tax_rate),
        "tax": str(row.tax),
        "total": str(row.total + row.tax if tax_is_added else row.total),
    }


def _refunded(original: FiscalDocument, amount: Decimal, tax: Decimal) -> Line:
    name = in_shop_language(_("Part of %(number)s given back")) % {"number": original.number}
    return _line(name, amount, tax, amount)


def _line(name: str, price: Decimal, tax: Decimal, total: Decimal) -> Line:
    return {
        "sku": "",
        "name": name,
        "quantity": 1,
        "unit_price": str(price),
        "discount": str(ZERO),
        "tax": str(tax),
        "total": str(total),
    }


def in_shop_language(text: StrPromise) -> str:
    """The text in the language that the shop writes its documents in."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text)
