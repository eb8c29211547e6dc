"""What the page of an order shows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from accounts.models import Seller, User
from inventory.models import Movement, Reservation
from invoicing import selectors as invoicing
from invoicing.models import FiscalDocument
from orders.links import payment_link, payment_text, whatsapp_link
from orders.models import AddressKind, Order, OrderLine
from orders.selectors import awaits_money, is_transfer_told
from payments.models import (
    LedgerEntry,
    Refund,
)
from payments.selectors import due_of
from purchasing.models import SupplierTask
from returns.models import Return
from shipping.models import Shipment


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why an order costs less, and by how much over all its lines."""

    words: str
    code: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderFile:
    """Everything that hangs on one order, for its page."""

    lines: list[Any]
    reasons: list[Reason]
    addresses: list[Any]
    payments: list[Any]
    ledger: list[LedgerEntry]
    refunds: list[Refund]
    documents: list[FiscalDocument]
    holds: list[Reservation]
    movements: list[Movement]
    shipments: list[Shipment]
    returns: list[Return]
    supplier_tasks: list[SupplierTask]
    events: list[Any]


def order_file(order: Order) -> OrderFile:
    """The order with all that belongs to it. Fifteen queries, however long it is."""
    return OrderFile(
        lines=list(_lines(order).prefetch_related("discounts")),
        reasons=_reasons(order),
        addresses=list(order.addresses.all()),
        payments=list(
            order.payments.select_related("method", "transfer_confirmation__confirmed_by")
            .prefetch_related("proofs")
            .order_by("pk")
        ),
        ledger=list(LedgerEntry.objects.filter(payment__order=order).order_by("occurred_at")),
        refunds=list(Refund.objects.filter(payment__order=order).order_by("pk")),
        documents=list(invoicing.of_order(order.pk)),
        holds=list(
            Reservation.objects.filter(reference=order.pk).select_related("variant", "warehouse")
        ),
        movements=list(
            Movement.objects.filter(reference=order.pk)
            .select_related("variant", "warehouse", "actor")
            .order_by("pk")
        ),
        shipments=list(order.shipments.select_related("carrier", "warehouse")),
        returns=list(order.returns.order_by("pk")),
        supplier_tasks=list(order.supplier_tasks.select_related("supplier").order_by("pk")),
        events=list(order.events.select_related("actor").order_by("-pk")),
    )


@dataclass(frozen=True, kw_only=True)
class PaymentRequest:
    """How staff ask the customer for the money: the link, a text around it, a chat to put it in."""

    link: str
    text: str
    chat: str


def payment_request(order: Order) -> PaymentRequest | None:
    """
    The link to pay what the order still costs; None if nothing is, or while a transfer for it is
    checked. At most 3 queries.
    """
    if not awaits_money(order) or is_transfer_told(order):
        return None
    text = payment_text(order, due_of(order))
    return PaymentRequest(
        link=payment_link(order), text=text, chat=whatsapp_link(order.phone, text)
    )


def seller_file(order: Order, user: User) -> OrderFile:
    """What a seller may see of an order: own lines, parcels, returns, an address. Five queries."""
    sellers = Seller.objects.for_user(user)
    return OrderFile(
        lines=list(_lines(order).filter(seller__in=sellers)),
        reasons=[],
        addresses=list(order.addresses.filter(kind=AddressKind.SHIPPING)),
        payments=[],
        ledger=[],
        refunds=[],
        documents=[],
        holds=[],
        movements=[],
        shipments=list(order.shipments.filter(seller__in=sellers)),
        returns=list(order.returns.filter(seller__in=sellers).order_by("pk")),
        supplier_tasks=list(
            order.supplier_tasks.filter(seller__in=sellers).select_related("supplier")
        ),
        events=[],
    )


def _lines(order: Order) -> QuerySet[OrderLine]:
    return order.lines.select_related("seller").order_by("position")


def _reasons(order: Order) -> list[Reason]:
    rows = order.discounts.values_list("reason", "code").annotate(sum=Sum("amount"))
    return [
        Reason(words=words, code=code, amount=total)
        for words, code, total in rows.order_by("reason", "code")
    ]
