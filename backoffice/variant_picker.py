"""Variants as staff name them: by SKU, by words, or from a list that the browser completes."""

from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from catalog.models import Variant
from orders.models import Order

MAX_OFFERED = 200
MAX_NAMED = 5


def offered(order: Order) -> QuerySet[Variant]:
    """Suggested variants: others of the same products first, then best sellers."""
    bought = order.lines.values("variant__product")
    nearness = Case(
        When(product__in=bought, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return _sold().order_by(nearness, "-units_sold", "pk")[:MAX_OFFERED]


def named(text: str) -> list[UUID]:
    """Variants whose name or SKU contains each word, one more than the limit."""
    return [row.pk for row in _by_words(text)[: MAX_NAMED + 1]]


def told(text: str) -> str:
    """Some of them, to choose from."""
    return ", ".join(f"{row.sku} ({row.name})" for row in _by_words(text)[:MAX_NAMED])


def _by_words(text: str) -> QuerySet[Variant]:
    rows = _sold()
    for word in text.replace("\0", "").split():
        rows = rows.filter(name__icontains=word) | rows.filter(sku__icontains=word)
    return rows.order_by("name", "pk")


def _sold() -> QuerySet[Variant]:
    return Variant.objects.filter(is_active=True, product__is_active=True)
