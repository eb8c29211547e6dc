"""What the pages of the back office show."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Seller, User
from accounts.selectors import has_sellers
from inventory.models import Movement, Reservation, StockLevel
from invoicing import selectors as invoicing
from invoicing.models import FiscalDocument
from orders.links import payment_link, payment_text, whatsapp_link
from orders.models import AddressKind, Order, OrderLine
from orders.selectors import awaits_money, is_transfer_told
from orders.states import OrderStatus, PaymentStatus
from payments.models import (
    Dispute,
    LedgerEntry,
    Reconciliation,
    Refund,
    WebhookEvent,
    WebhookStatus,
)
from payments.selectors import due_of
from payments.states import RefundState
from payouts.models import Statement
from purchasing.models import SupplierTask
from returns.models import Return
from reviews.models import Review
from sellers.models import SellerApplication
from shipping import attention
from shipping.attention import Todo
from shipping.models import Shipment

DAYS_SHOWN = 30
SOLD = [PaymentStatus.PAID, PaymentStatus.OVERPAID, PaymentStatus.PARTIALLY_REFUNDED]
# A sale that became dearer, and waits for the difference.
OWING = Q(payment_status=PaymentStatus.PARTIALLY_PAID, paid_at__isnull=False)


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that waits for somebody, and the list where it is done."""

    label: str
    number: int
    url_name: str
    query: str = ""

    @property
    def permission(self) -> str:
        """Who may see that list."""
        app, model, _page = self.url_name.removeprefix("admin:").split("_")
        return f"{app}.view_{model}"


@dataclass(frozen=True, kw_only=True)
class Day:
    """One bar of the chart. `height` is in percent of the best day."""

    day: Any
    total: Decimal
    orders: int
    height: int

    @property
    def top(self) -> int:
        return 100 - self.height


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    sales_today: Decimal
    orders_today: int
    average_ticket: Decimal
    tasks: list[Task]
    days: list[Day]


def dashboard(user: User | AnonymousUser) -> Dashboard | None:
    """Today, what is to be done, thirty days of sales: twelve queries. None without the right."""
    if not (user.is_superuser or user.has_perm("orders.view_order")):
        return None
    days = _days()
    today = days[-1]
    return Dashboard(
        sales_today=today.total,
        orders_today=today.orders,
        average_ticket=today.total / today.orders if today.orders else Decimal(0),
        tasks=[task for task in _tasks() if user.has_perm(task.permission)],
        days=days,
    )


def _days() -> list[Day]:
    first = timezone.localdate() - timedelta(days=DAYS_SHOWN - 1)
    rows = (
        Order.objects.filter(Q(payment_status__in=SOLD) | OWING, placed_at__date__gte=first)
        .annotate(day=TruncDate("placed_at"))
        .values("day")
        .annotate(total=Sum("total"), number=Count("pk"))
    )
    found = {row["day"]: row for row in rows}
    best = max((row["total"] for row in found.values()), default=Decimal(0)) or Decimal(1)
    days = [first + timedelta(days=number) for number in range(DAYS_SHOWN)]
    return [
        Day(
            day=day,
            total=found[day]["total"] if day in found else Decimal(0),
            orders=found[day]["number"] if day in found else 0,
            height=int(100 * found[day]["total"] / best) if day in found else 0,
        )
        for day in days
    ]


def _tasks() -> list[Task]:
    orders = Order.objects.aggregate(
        unpaid=Count("pk", filter=Q(status=OrderStatus.PENDING)),
        review=Count("pk", filter=Q(payment_status=PaymentStatus.REVIEW)),
        owing=Count("pk", filter=OWING),
    )
    return [
        *_parcels(),
        Task(
            label=_("Suppliers to call"),
            number=SupplierTask.objects.waiting_for_staff().count(),
            url_name="admin:purchasing_suppliertask_changelist",
            query="waiting=yes",
        ),
        Task(
            label=_("Waiting for payment"),
            number=orders["unpaid"],
            url_name="admin:orders_order_changelist",
            query="status__exact=pending",
        ),
        Task(
            label=_("Difference to be paid"),
            number=orders["owing"],
            url_name="admin:orders_order_changelist",
            query="payment_status__exact=partially_paid&paid_at__isnull=False",
        ),
        Task(
            label=_("Money to look at"),
            number=orders["review"],
            url_name="admin:orders_order_changelist",
            query="payment_status__exact=review",
        ),
        Task(
            label=_("Refunds to approve"),
            number=Refund.objects.filter(state=RefundState.REQUESTED).count(),
            url_name="admin:payments_refund_changelist",
            query="state__exact=requested",
        ),
        Task(
            label=_("Refunds that failed"),
            number=_failed_refunds(),
            url_name="admin:payments_refund_changelist",
            query="state__exact=failed",
        ),
        Task(
            label=_("Disputes to answer"),
            number=Dispute.objects.to_answer().count(),
            url_name="admin:payments_dispute_changelist",
            query="state__in=opened,needs_response&o=5",
        ),
        Task(
            label=_("Returns to answer"),
            number=Return.objects.to_answer().count(),
            url_name="admin:returns_return_changelist",
            query="waiting=answer",
        ),
        Task(
            label=_("Returns not here in time"),
            number=Return.objects.overdue().count(),
            url_name="admin:returns_return_changelist",
            query="waiting=overdue",
        ),
        Task(
            label=_("Returns to settle"),
            number=Return.objects.to_settle().count(),
            url_name="admin:returns_return_changelist",
            query="waiting=settlement",
        ),
        Task(
            label=_("Webhooks failed"),
            number=WebhookEvent.objects.filter(status=WebhookStatus.FAILED).count(),
            url_name="admin:payments_webhookevent_changelist",
            query="status__exact=failed",
        ),
        Task(
            label=_("Differences with providers"),
            number=_differences(),
            url_name="admin:payments_reconciliation_changelist",
        ),
        Task(
            label=_("Stock under minimum"),
            number=StockLevel.objects.below_minimum().count(),
            url_name="admin:inventory_stocklevel_changelist",
            query="stock=low",
        ),
        Task(
            label=_("Reviews to moderate"),
            number=Review.objects.to_moderate().count(),
            url_name="admin:reviews_review_changelist",
            query="waiting=moderation",
        ),
        *(_about_sellers() if has_sellers() else ()),
    ]


def _about_sellers() -> list[Task]:
    """Two queries."""
    return [
        Task(
            label=_("Sellers' applications to answer"),
            number=SellerApplication.objects.to_answer().count(),
            url_name="admin:sellers_sellerapplication_changelist",
            query="status__exact=new",
        ),
        Task(
            label=_("Statements to approve"),
            number=Statement.objects.to_approve().count(),
            url_name="admin:payouts_statement_changelist",
            query="status__exact=draft",
        ),
    ]


def _parcels() -> list[Task]:
    """What is to be done with parcels. One query."""
    numbers = Shipment.objects.aggregate(
        **{todo.value: Count("pk", filter=attention.of(todo)) for todo in Todo}
    )
    return [
        Task(
            label=_("Parcels: %s") % todo.label,
            number=numbers[todo.value],
            url_name="admin:shipping_shipment_changelist",
            query=f"todo={todo.value}",
        )
        for todo in Todo
    ]


def _differences() -> int:
    """What the last comparisons have left; a provider that could not be asked counts as one."""
    found = Reconciliation.objects.aggregate(
        left=Sum("unsolved", default=0), away=Count("pk", filter=~Q(error=""))
    )
    return int(found["left"] + found["away"])


def _failed_refunds() -> int:
    """Those of late whose money is still with the shop: nobody has given it back since."""
    failed = Refund.objects.filter(
        state=RefundState.FAILED,
        completed_at__gte=timezone.now() - timedelta(days=DAYS_SHOWN),
        payment__captured__gte=F("payment__refund_reserved") + F("amount"),
    )
    return failed.count()


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
