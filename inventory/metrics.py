"""Metrics of holds."""

from django.db.models import Min

from core.observability.metrics import Metric, age, one
from inventory.models import Reservation
from inventory.selectors import held_share

METRICS = [
    Metric(
        name="vitrina_stock_held_ratio",
        about="Share of the stock on hand that carts and unpaid orders hold, from 0 to 1.",
        read=lambda: one(held_share()),
    ),
    Metric(
        name="vitrina_holds_active",
        about="Holds of carts and unpaid orders.",
        read=lambda: one(Reservation.objects.active().count()),
    ),
    Metric(
        name="vitrina_holds_overdue_seconds",
        about="Age of the oldest expired hold that is not released; 0 if there is none.",
        read=lambda: one(
            age(Reservation.objects.expired().order_by().aggregate(at=Min("expires_at"))["at"])
        ),
    ),
]
