"""Metrics of payments, webhooks and refunds, and of what staff have to look at."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

from core.observability.metrics import Metric, Sample, age, by, one
from payments import gateways, refusals
from payments.models import (
    Dispute,
    GatewayLogSpool,
    Payment,
    Reconciliation,
    Refund,
    WebhookEvent,
    WebhookStatus,
)
from payments.states import PaymentState, RefundState

YOUNG = timedelta(hours=1)
REFUNDS_UNDER_WAY = (
    RefundState.REQUESTED,
    RefundState.APPROVED,
    RefundState.SUBMITTED,
    RefundState.PENDING,
)


def _payments() -> list[Sample]:
    """Each gateway has a figure, so that silence is seen too."""
    rows = (
        Payment.objects.filter(
            state__in=PaymentState.values, created_at__gte=timezone.now() - YOUNG
        )
        .order_by()
        .values_list("gateway", "state")
        .annotate(number=Count("*"))
    )
    figures = {(gateway, PaymentState.CAPTURED.value): 0 for gateway in gateways.codes()}
    figures |= {(gateway, state): number for gateway, state, number in rows}
    return [
        ({"gateway": gateway, "outcome": state}, number)
        for (gateway, state), number in sorted(figures.items())
    ]


def _refunds() -> list[Sample]:
    rows = Refund.objects.filter(state__in=REFUNDS_UNDER_WAY).order_by().values_list("state")
    known = dict(rows.annotate(number=Count("*")))
    return by("state", {state.value: 0 for state in REFUNDS_UNDER_WAY} | known)


def _lag() -> list[Sample]:
    waiting = WebhookEvent.objects.filter(status=WebhookStatus.RECEIVED).order_by()
    found = dict(waiting.values_list("provider").annotate(at=Min("created_at")))
    return by("provider", {name: age(found.get(name)) for name in {*gateways.codes(), *found}})


def _webhooks(status: WebhookStatus) -> list[Sample]:
    return one(WebhookEvent.objects.filter(status=status).count())


def _reconciled() -> list[Reconciliation]:
    return list(Reconciliation.objects.only("provider", "unsolved", "reached_at").order_by("pk"))


METRICS = [
    Metric(
        name="vitrina_payments_last_hour",
        about="Attempts to pay begun in the last hour, by gateway and how they stand now.",
        read=_payments,
    ),
    Metric(
        name="vitrina_payments_in_review",
        about="Payments whose money is not what was asked for: staff decide.",
        read=lambda: one(Payment.objects.filter(state=PaymentState.REVIEW).count()),
    ),
    Metric(
        name="vitrina_refunds_open",
        about="Refunds that are asked for and neither paid nor given up, by state.",
        read=_refunds,
    ),
    Metric(
        name="vitrina_disputes_to_answer",
        about="Disputes that wait for the shop's word.",
        read=lambda: one(Dispute.objects.to_answer().count()),
    ),
    Metric(
        name="vitrina_webhooks_waiting",
        about="Messages of providers that are not worked off yet.",
        read=lambda: _webhooks(WebhookStatus.RECEIVED),
    ),
    Metric(
        name="vitrina_webhook_lag_seconds",
        about="Age of each provider's oldest message that is not worked off; 0 if there is none.",
        read=_lag,
    ),
    Metric(
        name="vitrina_webhooks_failed",
        about="Messages of providers that were given up after many tries.",
        read=lambda: _webhooks(WebhookStatus.FAILED),
    ),
    Metric(
        name="vitrina_webhooks_refused_total",
        about="Messages that were turned away at the door: not signed, or by a stranger.",
        read=lambda: by("provider", refusals.counts()),
        kind="counter",
    ),
    Metric(
        name="vitrina_reconcile_unsolved",
        about="Differences that the last comparison with the provider has left to staff.",
        read=lambda: by("provider", {row.provider: row.unsolved for row in _reconciled()}),
    ),
    Metric(
        name="vitrina_reconciled_timestamp_seconds",
        about="Until when the provider's list has been compared with the ledger.",
        read=lambda: by(
            "provider", {row.provider: row.reached_at.timestamp() for row in _reconciled()}
        ),
    ),
    Metric(
        name="vitrina_gateway_log_spooled",
        about="Entries of the gateway log that wait for MongoDB.",
        # None waits for a server that the shop does not have.
        read=lambda: one(GatewayLogSpool.objects.count()) if settings.MONGODB_URL else [],
    ),
]
