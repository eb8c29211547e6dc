"""What waits for somebody, and the lists where it is done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
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
from reviews.models import Review
from sellers.models import SellerApplication
from shipping.models import Shipment
from shipping.todo import Todo, parcels_to

SOON = timedelta(minutes=30)
VERY_SOON = timedelta(minutes=5)
FAILED_SINCE = timedelta(days=30)
# Rows beyond are not counted: more than anybody does in a day.
MAX_SAID = 1000


@dataclass(frozen=True, kw_only=True)
class WorkQueue:
    """
    Rows that wait for staff. `query` filters the list to exactly these.

    Queues with `for_sellers` also show sellers' people their own rows.
    """

    name: str
    label: str
    rows: QuerySet[Any]
    query: dict[str, str]
    for_sellers: bool = False
    number: int = 0

    def own_of(self, user: User) -> "WorkQueue":
        """What of it waits for this seller's people."""
        return replace(self, rows=cast("SellerOwnedQuerySet[Any]", self.rows).for_user(user))

    def counted(self, number: int) -> "WorkQueue":
        return replace(self, number=number)

    @property
    def said(self) -> str:
        """How many, as the page says it."""
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
        return f"{page}?{urlencode(self.query)}" if self.query else page


def tasks() -> list[WorkQueue]:
    """All that can wait in this shop, in the order of the day. No query but for `has_sellers`."""
    sellers = _about_sellers() if has_sellers() else ()
    return [*_parcels(), *_orders(), *_money(), *_returns(), *_goods(), *sellers, *_machines()]


def _parcels() -> Iterator[WorkQueue]:
    for todo in Todo:
        yield WorkQueue(
            name=f"parcels_{todo.value}",
            label=_("Parcels: %s") % todo.label,
            rows=Shipment.objects.filter(parcels_to(todo)),
            query={"todo": todo.value},
            for_sellers=todo != Todo.DECIDE,
        )
    yield WorkQueue(
        name="suppliers",
        label=_("Suppliers to call"),
        rows=SupplierTask.objects.waiting_for_staff(),
        query={"waiting": "yes"},
        for_sellers=True,
    )


def _orders() -> Iterator[WorkQueue]:
    unpaid = Order.objects.filter(status=OrderStatus.PENDING)
    soon = timezone.now() + SOON
    yield WorkQueue(
        name="expiring",
        label=_("To be paid within 30 minutes"),
        rows=unpaid.filter(expires_at__lt=soon),
        query={"status__exact": "pending", "expires_at__lt": soon.isoformat()},
    )
    yield WorkQueue(
        name="unpaid",
        label=_("Waiting for payment"),
        rows=unpaid,
        query={"status__exact": "pending"},
    )
    yield WorkQueue(
        name="unpayable",
        label=_("Orders that nobody can pay"),
        rows=unpayable_orders(),
        query={"payable": "no"},
    )
    yield WorkQueue(
        name="unconfirmed",
        label=_("Orders paid at the door, to confirm"),
        rows=unpaid.filter(collects_on_delivery=True),
        query={"status__exact": "pending", "collects_on_delivery__exact": "1"},
    )
    yield WorkQueue(
        name="owing",
        label=_("Difference to be paid"),
        rows=Order.objects.filter(owing()),
        query={"payment_status__exact": "partially_paid", "paid_at__isnull": "False"},
    )
    yield WorkQueue(
        name="review",
        label=_("Money to look at"),
        rows=Order.objects.filter(payment_status=PaymentStatus.REVIEW),
        query={"payment_status__exact": "review"},
    )
    yield WorkQueue(
        name="complaints",
        label=_("Complaints to answer"),
        rows=Complaint.objects.filter(answered_at=None),
        query={"state": "open"},
    )


def _money() -> Iterator[WorkQueue]:
    yield WorkQueue(
        name="refunds",
        label=_("Refunds to approve"),
        rows=Refund.objects.filter(state=RefundState.REQUESTED),
        query={"state__exact": "requested"},
    )
    yield WorkQueue(
        name="credit_requests",
        label=_("Store credit to approve"),
        rows=CreditRequest.objects.filter(state=CreditRequestState.REQUESTED),
        query={"state__exact": "requested"},
    )
    yield WorkQueue(
        name="failed_refunds",
        label=_("Refunds that failed"),
        # Recent ones that nobody has refunded since.
        rows=Refund.objects.filter(
            state=RefundState.FAILED,
            completed_at__gte=timezone.now() - FAILED_SINCE,
            payment__captured__gte=F("payment__refund_reserved")
            + F("payment__charged_back")
            + F("amount"),
        ),
        query={"state__exact": "failed"},
    )
    yield WorkQueue(
        name="disputes",
        label=_("Disputes to answer"),
        rows=Dispute.objects.to_answer(),
        query={"state__in": "opened,needs_response", "o": "5"},
    )
    yield WorkQueue(
        name="differences",
        label=_("Differences with providers"),
        rows=Reconciliation.objects.filter(Q(unsolved__gt=0) | ~Q(error="")),
        query={},
    )


def _returns() -> Iterator[WorkQueue]:
    yield WorkQueue(
        name="returns",
        label=_("Returns to answer"),
        rows=Return.objects.to_answer(),
        query={"waiting": "answer"},
        for_sellers=True,
    )
    yield WorkQueue(
        name="awaited_returns",
        label=_("Returns to receive"),
        rows=Return.objects.awaited(),
        query={"status__exact": "approved"},
        for_sellers=True,
    )
    yield WorkQueue(
        name="late_returns",
        label=_("Returns not here in time"),
        rows=Return.objects.overdue(),
        query={"waiting": "overdue"},
        for_sellers=True,
    )
    yield WorkQueue(
        name="received_returns",
        label=_("Returns to settle"),
        rows=Return.objects.to_settle(),
        query={"waiting": "settlement"},
    )


def _goods() -> Iterator[WorkQueue]:
    soon = timezone.now() + VERY_SOON
    yield WorkQueue(
        name="stock",
        label=_("Stock under minimum"),
        rows=StockLevel.objects.below_minimum(),
        query={"stock": "low"},
        for_sellers=True,
    )
    yield WorkQueue(
        name="held_stock",
        label=_("Stock that is mostly held, not sold"),
        rows=StockLevel.objects.mostly_held(),
        query={"stock": "held"},
    )
    yield WorkQueue(
        name="holds",
        label=_("Holds that end within 5 minutes"),
        rows=Reservation.objects.active().filter(expires_at__lt=soon),
        query={"status__exact": "active", "expires_at__lt": soon.isoformat()},
    )
    yield WorkQueue(
        name="unpayable_products",
        label=_("Collections with products that nobody can pay"),
        rows=unpayable_collections(),
        query={"payable": "no"},
    )
    yield WorkQueue(
        name="reviews",
        label=_("Reviews to moderate"),
        rows=Review.objects.to_moderate(),
        query={"waiting": "moderation"},
    )


def _about_sellers() -> Iterator[WorkQueue]:
    yield WorkQueue(
        name="applications",
        label=_("Sellers' applications to answer"),
        rows=SellerApplication.objects.to_answer(),
        query={"status__exact": "new"},
    )
    yield WorkQueue(
        name="statements",
        label=_("Statements to approve"),
        rows=Statement.objects.to_approve(),
        query={"status__exact": "draft"},
    )


def _machines() -> Iterator[WorkQueue]:
    yield WorkQueue(
        name="webhooks",
        label=_("Webhooks failed"),
        rows=WebhookEvent.objects.filter(status=WebhookStatus.FAILED),
        query={"status__exact": "failed"},
    )
    yield WorkQueue(
        name="failed_mails",
        label=_("Mails that failed"),
        rows=Email.objects.filter(status=STATUS.failed),
        query={"status__exact": str(STATUS.failed)},
    )
    yield WorkQueue(
        name="dead_letters",
        label=_("Messages that were given up"),
        rows=Message.objects.exclude(given_up_at=None),
        query={"given_up_at__isempty": "0"},
    )
