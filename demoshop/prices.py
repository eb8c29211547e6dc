"""What the offers of the demo cost before they were offers."""

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, F

from catalog.models import PriceHistory, Variant
from demoshop.source import DemoSource

BEFORE = timedelta(days=60)


def load_past(source: DemoSource) -> None:
    """Give each offer that has no past yet two months at its list price."""
    offers = Variant.objects.filter(price__lt=F("list_price")).annotate(
        periods=Count("price_history")
    )
    known = PriceHistory.objects.filter(variant__in=offers.filter(periods=1))
    PriceHistory.objects.bulk_create(
        PriceHistory(
            variant_id=row.variant_id,
            price=row.list_price,
            list_price=row.list_price,
            period=DateTimeTZRange(source.now - BEFORE, row.period.lower),
        )
        for row in known
    )
