"""Figures of the outbox: pending, their age, and failed ones."""

from django.db.models import Min

from core.observability.metrics import Metric, age, one
from outbox.models import Message

_WAITING = Message.objects.waiting().order_by()

METRICS = [
    Metric(
        name="vitrina_outbox_waiting",
        about="News that is due and not delivered yet.",
        read=lambda: one(Message.objects.due().count()),
    ),
    Metric(
        name="vitrina_outbox_oldest_seconds",
        about="Age of the oldest news that is neither delivered nor given up; 0 if there is none.",
        read=lambda: one(age(_WAITING.aggregate(at=Min("created_at"))["at"])),
    ),
    Metric(
        name="vitrina_outbox_dead",
        about="News that was given up after many tries and waits for staff.",
        read=lambda: one(Message.objects.exclude(given_up_at=None).count()),
    ),
]
