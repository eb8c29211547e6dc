"""What the demo has paid for its goods, and what its offers cost before they were offers."""

from datetime import timedelta
from decimal import Decimal
from zlib import crc32

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, F

from catalog.models import PriceHistory, Variant
from core.money import quantize
from demoshop.source import DemoSource

BEFORE = timedelta(days=60)
# The cost as a share of the list price.
SHARES = [Decimal(percent) / 100 for percent in (52, 55, 58, 61, 64)]


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


def load_costs() -> None:
    """Give each variant without a cost one that is some share of its list price."""
    variants = list(Variant.objects.filter(cost=None).order_by("pk"))
    for variant in variants:
        share = SHARES[crc32(variant.sku.encode()) % len(SHARES)]
        variant.cost = quantize(variant.list_price * share, "PEN")
    Variant.objects.bulk_update(variants, ["cost"])
