"""Minimum, maximum and bin of a stock level."""

from django.db import transaction

from inventory.models import StockLevel
from inventory.services.locked_stock import LockedStock


@transaction.atomic
def set_limits(
    level: StockLevel, *, minimum: int, maximum: int | None = None, place: str = ""
) -> None:
    """Change limits and bin; opens or resolves alerts in the same transaction."""
    stock = LockedStock([level.variant_id])
    StockLevel.objects.filter(pk=level.pk).update(minimum=minimum, maximum=maximum, bin=place)
    stock.set_minimum(level.variant_id, level.warehouse_id, minimum)
    stock.save()
