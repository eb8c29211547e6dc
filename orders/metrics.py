"""Orders of the day, orders under way, and whether stock, orders and money agree."""

from datetime import timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from core.observability.metrics import Metric, Sample, by
from orders.consistency import ConsistencyCheck, last_results
from orders.models import Order
from orders.states import UNDER_WAY, OrderStatus

YOUNG = timedelta(days=1)


def _open() -> list[Sample]:
    rows = Order.objects.filter(status__in=UNDER_WAY).order_by().values_list("status")
    return by("status", {status.value: 0 for status in UNDER_WAY} | _counted(rows))


def _young() -> list[Sample]:
    rows = Order.objects.filter(placed_at__gte=timezone.now() - YOUNG).order_by()
    return by("status", dict.fromkeys(OrderStatus.values, 0) | _counted(rows.values_list("status")))


def _counted(rows: "QuerySet[Order, tuple[str]]") -> dict[str, int]:
    return dict(rows.annotate(number=Count("*")))


METRICS = [
    Metric(
        name="vitrina_orders_open",
        about="Orders that are neither completed nor over, by status.",
        read=_open,
    ),
    Metric(
        name="vitrina_orders_last_day",
        about="Orders placed in the last 24 hours, by their status of now.",
        read=_young,
    ),
    Metric(
        name="vitrina_stock_differences",
        about="Numbers of the stock that the last proof of all of it found wrong.",
        read=lambda: [({}, proof.differences) for proof in last_results(ConsistencyCheck.STOCK)],
    ),
    Metric(
        name="vitrina_stock_proved_timestamp_seconds",
        about="When the stock was last proved.",
        read=lambda: [({}, proof.at) for proof in last_results(ConsistencyCheck.STOCK)],
    ),
    Metric(
        name="vitrina_order_differences",
        about="Facts about orders that the last proof of all of them found wrong.",
        read=lambda: [({}, proof.differences) for proof in last_results(ConsistencyCheck.ORDERS)],
    ),
    Metric(
        name="vitrina_orders_proved_timestamp_seconds",
        about="When the orders were last proved.",
        read=lambda: [({}, proof.at) for proof in last_results(ConsistencyCheck.ORDERS)],
    ),
]
