"""What waits for somebody, and the lists where it is done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import STATUS, Email

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from accounts.selectors import has_sellers
from backoffice.dashboard.kpis import owing
from complaints.models import Complaint
from inventory.models import Reservation, StockLevel
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from outbox.models import Message
from payments.models import (
    CreditRequest,
    Dispute,
    Reconciliation,
    Refund,
    WebhookEvent,
    WebhookStatus,
)
from payments.offers import unpayable_collections, unpayable_orders
from payments.states import CreditRequestState, RefundState
from payouts.models import Statement
from purchasing.models import SupplierTask
from returns.models import Return
from reviews.models import ProductQuestion, Review
from sellers.models import SellerApplication
from shipping.models import Shipment
from shipping.todo import Todo, parcels_to

SOON = timedelta(minutes=30)
VERY_SOON = timedelta(minutes=5)
FAILED_SINCE = timedelta(days=30)
# Rows beyond are not counted: more than anybody does in a day.
MAX_SAID = 1000


@dataclass(frozen=True)
class WorkQueue:
    """
    Rows that wait for staff. `query` filters the list to exactly these.

    Queues with `for_sellers` also show sellers' people their own rows.
    """

    name: str
    label: str
    rows: QuerySet[Any]
    query: str = ""
    for_sellers: bool = False
    number: int = 0

    def own_of(self, user: User) -> "WorkQueue":
        """The rows of it that wait for this seller's people."""
        return replace(self, rows=cast("SellerOwnedQuerySet[Any]", self.rows).for_user(user))

    def counted(self, number: int) -> "WorkQueue":
        return replace(self, number=number)

    @property
    def said(self) -> str:
        return f"{MAX_SAID}+" if self.number > MAX_SAID else str(self.number)

    @property
    def permission(self) -> str:
        """Who may see that list."""
        meta = self.rows.model._meta
        return f"{meta.app_label}.view_{meta.model_name}"

    @property
    def url(self) -> str:
        meta = self.rows.model._meta
        page = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        return f"{page}?{self.query}" if self.query else page


def tasks() -> list[WorkQueue]:
    """All work queues of this shop, most urgent first. No query but that of `has_sellers`."""
    sellers = _about_sellers() if has_sellers() else []
    return [*_parcels(), *_orders(), *_money(), *_returns(), *_goods(), *sellers, *_machines()]


def _parcels() -> Iterator[WorkQueue]:
    for todo in Todo:
        yield WorkQueue(
            f"parcels_{todo.value}",
            _("Parcels: %s") % todo.label,
            Shipment.objects.filter(parcels_to(todo)),
            f"todo={todo.value}",
            for_sellers=todo != Todo.DECIDE,
        )
    to_call = SupplierTask.objects.waiting_for_staff()
    yield WorkQueue("suppliers", _("Suppliers to call"), to_call, "waiting=yes", for_sellers=True)


def _orders() -> list[WorkQueue]:
    every, is_pending = Order.objects.all(), "status__exact=pending"
    unpaid = every.filter(status=OrderStatus.PENDING)
    soon = timezone.now() + SOON
    return [
        WorkQueue(
            "expiring",
            _("To be paid within 30 minutes"),
            unpaid.filter(expires_at__lt=soon),
            f"{is_pending}&{_before(soon)}",
        ),
        WorkQueue("unpaid", _("Waiting for payment"), unpaid, is_pending),
        WorkQueue("unpayable", _("Orders that nobody can pay"), unpayable_orders(), "payable=no"),
        WorkQueue(
            "unconfirmed",
            _("Orders paid at the door, to confirm"),
            unpaid.filter(collects_on_delivery=True),
            f"{is_pending}&collects_on_delivery__exact=1",
        ),
        WorkQueue(
            "owing",
            _("Difference to be paid"),
            every.filter(owing()),
            "payment_status__exact=partially_paid&paid_at__isnull=False",
        ),
        WorkQueue(
            "review",
            _("Money to look at"),
            every.filter(payment_status=PaymentStatus.REVIEW),
            "payment_status__exact=review",
        ),
        WorkQueue(
            "complaints",
            _("Complaints to answer"),
            Complaint.objects.filter(answered_at=None),
            "state=open",
        ),
    ]


def _money() -> list[WorkQueue]:
    refunds = Refund.objects.all()
    requests = CreditRequest.objects.filter(state=CreditRequestState.REQUESTED)
    # Recent ones that nobody has refunded since.
    failed = refunds.filter(
        state=RefundState.FAILED,
        completed_at__gte=timezone.now() - FAILED_SINCE,
        payment__captured__gte=F("payment__refund_reserved")
        + F("payment__charged_back")
        + F("amount"),
    )
    return [
        WorkQueue(
            "refunds",
            _("Refunds to approve"),
            refunds.filter(state=RefundState.REQUESTED),
            "state__exact=requested",
        ),
        WorkQueue(
            "credit_requests", _("Store credit to approve"), requests, "state__exact=requested"
        ),
        WorkQueue("failed_refunds", _("Refunds that failed"), failed, "state__exact=failed"),
        WorkQueue(
            "disputes",
            _("Disputes to answer"),
            Dispute.objects.to_answer(),
            "state__in=opened,needs_response&o=5",
        ),
        WorkQueue(
            "differences",
            _("Differences with providers"),
            Reconciliation.objects.filter(Q(unsolved__gt=0) | ~Q(error="")),
        ),
    ]


def _returns() -> list[WorkQueue]:
    rows = Return.objects
    own = partial(WorkQueue, for_sellers=True)
    return [
        own("returns", _("Returns to answer"), rows.to_answer(), "waiting=answer"),
        own("awaited_returns", _("Returns to receive"), rows.awaited(), "status__exact=approved"),
        own("late_returns", _("Returns not here in time"), rows.overdue(), "waiting=overdue"),
        WorkQueue(
            "received_returns", _("Returns to settle"), rows.to_settle(), "waiting=settlement"
        ),
    ]


def _goods() -> list[WorkQueue]:
    levels, soon = StockLevel.objects, timezone.now() + VERY_SOON
    return [
        WorkQueue(
            "stock", _("Stock under minimum"), levels.below_minimum(), "stock=low", for_sellers=True
        ),
        WorkQueue(
            "held_stock",
            _("Stock that is mostly held, not sold"),
            levels.mostly_held(),
            "stock=held",
        ),
        WorkQueue(
            "holds",
            _("Holds that end within 5 minutes"),
            Reservation.objects.active().filter(expires_at__lt=soon),
            f"status__exact=active&{_before(soon)}",
        ),
        WorkQueue(
            "unpayable_products",
            _("Collections with products that nobody can pay"),
            unpayable_collections(),
            "payable=no",
        ),
        WorkQueue(
            "reviews", _("Reviews to moderate"), Review.objects.to_moderate(), "waiting=moderation"
        ),
        WorkQueue(
            "questions",
            _("Questions to answer"),
            ProductQuestion.objects.to_answer(),
            "waiting=answer",
            for_sellers=True,
        ),
        WorkQueue(
            "answered_questions",
            _("Answered questions to publish"),
            ProductQuestion.objects.to_publish(),
            "waiting=approval",
        ),
    ]


def _about_sellers() -> list[WorkQueue]:
    applications, statements = SellerApplication.objects.to_answer(), Statement.objects.to_approve()
    return [
        WorkQueue(
            "applications", _("Sellers' applications to answer"), applications, "status__exact=new"
        ),
        WorkQueue("statements", _("Statements to approve"), statements, "status__exact=draft"),
    ]


def _machines() -> list[WorkQueue]:
    webhooks = WebhookEvent.objects.filter(status=WebhookStatus.FAILED)
    mails = Email.objects.filter(status=STATUS.failed)
    messages = Message.objects.exclude(given_up_at=None)
    return [
        WorkQueue("webhooks", _("Webhooks failed"), webhooks, "status__exact=failed"),
        WorkQueue("failed_mails", _("Mails that failed"), mails, f"status__exact={STATUS.failed}"),
        WorkQueue(
            "dead_letters", _("Messages that were given up"), messages, "given_up_at__isempty=0"
        ),
    ]


def _before(moment: datetime) -> str:
    return urlencode({"expires_at__lt": moment.isoformat()})
