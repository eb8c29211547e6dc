"""What the page of an order shows."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum, prefetch_related_objects

from accounts.models import Seller, User
from backoffice.orders.money import Row, rows_of
from core.exceptions import ServiceUnavailable
from core.money import ZERO
from inventory.models import Movement, Reservation
from invoicing import selectors as invoicing
from invoicing.models import FiscalDocument
from orders.emails import OrderMail
from orders.links import payment_link, payment_text, whatsapp_link
from orders.models import AddressKind, Order, OrderEventKind, OrderLine
from orders.selectors import awaits_money, is_transfer_told
from payments.balances import Balance
from payments.gateway_log import reader
from payments.gateway_log.reader import Question, Said
from payments.models import Payment, Refund
from payments.selectors import balance_read, money_kept
from promotions.explanation import of_lines
from purchasing.models import SupplierTask
from returns.models import Return
from reviews.emails import ReviewMail
from shipping.emails import ParcelMail
from shipping.models import Shipment

# Of each payment, on the order's page; the payment's own page has the rest.
LAST_SAID = 4
MAX_SAID = 100
LOG_SECONDS = 0.5
MAILS = {str(mail): mail.label for mail in (*OrderMail, *ParcelMail, *ReviewMail)}


@dataclass(frozen=True, kw_only=True)
class Bought:
    """The customer's number of orders, and the shop's net income from them in this currency."""

    orders: int
    kept: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderFile:
    """All data of the order page."""

    lines: list[Any]
    addresses: list[Any]
    shipments: list[Shipment]
    returns: list[Return]
    supplier_tasks: list[SupplierTask]
    money: list[Row] = field(default_factory=list)
    balance: Balance = field(default_factory=Balance)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    documents: list[FiscalDocument] = field(default_factory=list)
    holds: list[Reservation] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)
    bought: Bought | None = None

    @property
    def notes(self) -> list[Any]:
        """The events that people have written."""
        return [each for each in self.events if each.kind == OrderEventKind.NOTE and each.actor_id]


def order_file(order: Order) -> OrderFile:
    """The order with everything that belongs to it. Eighteen queries at most, of any length."""
    read_money(order)
    balance = balance_read(order)
    lines: list[Any] = list(_lines(order).prefetch_related("discounts"))
    for line, steps in zip(lines, of_lines(order, lines), strict=True):
        line.price_steps = steps
    payments = list(order.payments.all())
    return OrderFile(
        lines=lines,
        money=rows_of(order, lines, balance),
        balance=balance,
        addresses=list(order.addresses.all()),
        payments=payments,
        refunds=[refund for payment in payments for refund in payment.refunds.all()],
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
        events=_events(order),
        bought=_bought(order),
    )


def read_money(order: Order) -> None:
    """The order's payments with related rows. 1 query, 5 if there is a payment."""
    payments = Payment.objects.select_related("method", "transfer_confirmation__confirmed_by")
    refunds = Refund.objects.select_related("requested_by", "approved_by").order_by("pk")
    prefetch_related_objects(
        [order],
        Prefetch("payments", payments.order_by("pk")),
        Prefetch("payments__refunds", refunds),
        *("payments__disputes", "payments__ledger", "payments__proofs"),
    )


def _events(order: Order) -> list[Any]:
    """The timeline, the newest first; of a mail, what it is called in the reader's language."""
    found: list[Any] = list(order.events.select_related("actor").order_by("-pk"))
    for event in found:
        event.mail = MAILS.get(event.details.get("mail"), "")
    return found


def _bought(order: Order) -> Bought:
    orders = Order.objects.filter(customer=order.customer_id).annotate(net=money_kept("pk"))
    found = orders.aggregate(orders=Count("pk"), kept=Sum("net", filter=Q(currency=order.currency)))
    return Bought(orders=found["orders"], kept=found["kept"] or ZERO)


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """The latest exchanges with providers by payment number, newest first."""

    said: dict[str, list[Said]] = field(default_factory=dict)
    problem: str = ""


def conversation(order: Order) -> Conversation:
    """The newest exchanges about the order's payments. One query, one question to MongoDB."""
    said = defaultdict[str, list[Said]](list)
    try:
        for each in reader.find(Question(order=order.number), most=MAX_SAID, seconds=LOG_SECONDS):
            if len(said[each.payment]) < LAST_SAID:
                said[each.payment].append(each)
    except ServiceUnavailable as refusal:
        return Conversation(problem=str(refusal))
    return Conversation(said=dict(said))


@dataclass(frozen=True, kw_only=True)
class PaymentRequest:
    """How staff ask the customer for the money: the link, a text around it, a chat to put it in."""

    link: str
    text: str
    chat: str


def payment_request(order: Order, balance: Balance) -> PaymentRequest | None:
    """
    The link to pay what is still due; None if nothing is, or while a bank transfer is being
    checked. One query at most.
    """
    if not awaits_money(order) or is_transfer_told(order):
        return None
    text = payment_text(order, balance.due(order.total))
    return PaymentRequest(
        link=payment_link(order), text=text, chat=whatsapp_link(order.phone, text)
    )


def seller_file(order: Order, user: User) -> OrderFile:
    """What a seller may see of an order: own lines, parcels, returns, an address. Five queries."""
    sellers = Seller.objects.for_user(user)
    return OrderFile(
        lines=list(_lines(order).filter(seller__in=sellers)),
        addresses=list(order.addresses.filter(kind=AddressKind.SHIPPING)),
        shipments=list(order.shipments.filter(seller__in=sellers)),
        returns=list(order.returns.filter(seller__in=sellers).order_by("pk")),
        supplier_tasks=list(
            order.supplier_tasks.filter(seller__in=sellers).select_related("supplier")
        ),
    )


def _lines(order: Order) -> QuerySet[OrderLine]:
    return order.lines.select_related("seller").order_by("position")
