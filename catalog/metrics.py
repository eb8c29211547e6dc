"""Metrics of the search index."""

from django.db.models import Min

from catalog.models import StaleDocument, StaleSearchEntry
from core.observability.metrics import Metric, age, one

METRICS = [
    Metric(
        name="vitrina_search_waiting",
        about="Products that search has to read again.",
        read=lambda: one(StaleSearchEntry.objects.count()),
    ),
    Metric(
        name="vitrina_search_oldest_seconds",
        about="For how long the first of them waits; 0 if none does.",
        read=lambda: one(age(StaleSearchEntry.objects.aggregate(at=Min("queued_at"))["at"])),
    ),
    Metric(
        name="vitrina_elasticsearch_waiting",
        about="Products whose document in Elasticsearch is old.",
        read=lambda: one(StaleDocument.objects.count()),
    ),
]
