"""The reports on payments, for commands and pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.money import ZERO, quantize
from core.reports.base import Filters, Report
from inventory.models import Movement, MovementKind, Reservation
from inventory.report_filters import Selection, select
from orders.models import Order, OrderLine
from orders.states import OrderStatus, PaymentStatus
from payments.models import Payment, StoreCredit
from payments.models.method import Gateway
from payments.states import PaymentState

HOUR = 3600
_AT_ONCE = 500
_FEE_GROUPS = {"gateway": ("gateway", "gateway"), "method": ("method__code", "method__name")}


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingRow:
    """Money that is awaited; without a payment where the shopper has no attempt under way."""

    order: str
    payment: str
    method: str
    gateway: str
    state: str
    amount: Decimal
    currency: str
    created_at: datetime
    expires_at: datetime | None
    error: str

    @property
    def state_in_words(self) -> StrOrPromise:
        """For pages; scripts rely on the word itself."""
        kinds = PaymentState if self.payment else PaymentStatus
        return kinds(self.state).label

    @property
    def hours(self) -> int:
        """How long it is awaited by now, in whole hours."""
        return int((timezone.now() - self.created_at).total_seconds() // HOUR)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeRow:
    """What a provider, or a way to pay, has cost of the money that came by it."""

    code: str
    name: str
    payments: int
    captured: Decimal
    refunded: Decimal
    fee: Decimal
    without_fee: int
    # Of the payments whose fee is known.
    known: Decimal
    currency: str

    @property
    def percent(self) -> Decimal | None:
        return quantize(100 * self.fee / self.known) if self.known else None


def pending(filters: Filters) -> Iterator[PendingRow]:
    """
    Orders that wait for money: payments under way or under review, then orders that have none.

    The oldest first; the days are those of the payment's or the order's beginning. Two queries,
    and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    live = Payment.objects.live()
    waiting = Payment.objects.filter(Q(state=PaymentState.REVIEW) | Q(pk__in=live.values("pk")))
    payments = waiting.filter(_of_order(chosen, "order"), chosen.of_days("created_at"))
    for payment in payments.select_related("order", "method").order_by("created_at").iterator():
        yield _row(payment)
    idle = Order.objects.filter(
        ~Exists(waiting.filter(order=OuterRef("pk"))),
        _of_order(chosen, "pk"),
        chosen.of_days("placed_at"),
        status=OrderStatus.PENDING,
    )
    for order in idle.order_by("placed_at").iterator():
        yield _idle_row(order)


def fees(filters: Filters) -> Iterator[FeeRow]:
    """
    What came in these days, and what the providers kept of it; a fee that a refund does not bring
    back stays one. One query.
    """
    code, name = _FEE_GROUPS[filters.by or "gateway"]
    captured = Payment.objects.filter(
        select(filters).of_days("captured_at"), state=PaymentState.CAPTURED
    )
    rows = (
        captured.values_list(code, name, "currency")
        .annotate(
            number=Count("pk"),
            came=Sum("captured"),
            went=Sum("refunded"),
            kept=Sum("fee", default=ZERO),
            unknown=Count("pk", filter=Q(fee=None)),
            known=Sum("captured", filter=Q(fee__isnull=False), default=ZERO),
        )
        .order_by("-came", code)
    )
    labels = dict(Gateway.choices)
    for code_, name_, currency, payments, came, went, fee, without, known in rows.iterator():
        yield FeeRow(
            code=code_ or "",
            name=str(labels.get(code_, name_ or "")),
            payments=payments,
            captured=came,
            refunded=went,
            fee=fee,
            without_fee=without,
            known=known,
            currency=currency,
        )


def _of_order(chosen: Selection, path: str) -> Q:
    """Orders with a line of those goods, and with units held or sold in that warehouse."""
    found = Q()
    if goods := chosen.of_goods("variant__", seller="seller"):
        found &= Q(Exists(OrderLine.objects.filter(goods, order=OuterRef(path))))
    if place := chosen.of_place():
        held = Reservation.objects.active().filter(place, reference=OuterRef(path))
        sold = Movement.objects.filter(place, reference=OuterRef(path), kind=MovementKind.SALE)
        found &= Q(Exists(held)) | Q(Exists(sold))
    return found


def _row(payment: Payment) -> PendingRow:
    return PendingRow(
        order=payment.order.number,
        payment=payment.number,
        method=payment.method.code if payment.method else "",
        gateway=payment.gateway,
        state=payment.state,
        amount=payment.amount,
        currency=payment.currency,
        created_at=payment.created_at,
        expires_at=payment.expires_at,
        error=payment.error_message,
    )


def credits_out(_filters: Filters) -> Iterator[StoreCredit]:
    """What is out now, the oldest first. One query."""
    out = StoreCredit.objects.filter(balance__gt=0).order_by("pk")
    named = out.annotate(customer=F("user__email"))
    return named.iterator(chunk_size=_AT_ONCE)


def _idle_row(order: Order) -> PendingRow:
    return PendingRow(
        order=order.number,
        payment="",
        method=order.payment_method_code,
        gateway="",
        state=order.payment_status,
        amount=order.rest_total,
        currency=order.currency,
        created_at=order.placed_at,
        expires_at=order.expires_at,
        error="",
    )


PENDING = Report(
    name="pending-payments",
    title=_("Waiting for payment"),
    purpose=_(
        "Lists the orders that wait for money, oldest first: payments under way or under review, "
        "then orders without an attempt."
    ),
    permissions=("payments.view_payment",),
    days_mean=_("what began in these days"),
    rows=pending,
    columns={
        "order": _("order"),
        "payment": _("payment"),
        "method": _("method"),
        "gateway": _("gateway"),
        "state": _("status"),
        "amount": _("amount"),
        "currency": _("currency"),
        "created_at": _("created"),
        "hours": _("hours until now"),
        "expires_at": _("expires"),
        "error": _("error"),
    },
    totals=("amount",),
)
FEES = Report(
    name="gateway-fees",
    title=_("Providers’ fees"),
    purpose=_(
        "Adds up what came in by each provider and what it kept of that. Where a provider does "
        "not tell its fee, the one set for the way to pay counts."
    ),
    permissions=("payments.view_ledgerentry",),
    is_of_costs=True,
    without=("warehouse", "seller", "category"),
    days_mean=_("what came in these days"),
    groupings={"gateway": _("provider"), "method": _("way to pay")},
    days_shown=30,
    rows=fees,
    columns={
        "code": _("code"),
        "name": _("name"),
        "payments": _("payments"),
        "captured": _("came in"),
        "refunded": _("refunded"),
        "fee": _("fees"),
        "percent": "%",
        "without_fee": _("without a known fee"),
        "currency": _("currency"),
    },
    totals=("payments", "captured", "refunded", "fee", "without_fee"),
    chart="fee",
)
CREDITS = Report(
    name="store-credits",
    title=_("Store credit"),
    purpose=_("Lists what customers can still spend: the shop owes it in goods."),
    permissions=("payments.view_storecredit",),
    without=("since", "until", "warehouse", "seller", "category"),
    rows=credits_out,
    columns={
        "number": _("number"),
        "customer": _("customer"),
        "created_at": _("created"),
        "expires_at": _("expires"),
        "balance": _("balance"),
        "currency": _("currency"),
    },
    totals=("balance",),
)
