"""What a level should hold, and where on the shelves it lies."""

from django.db import transaction

from inventory.models import StockLevel
from inventory.services.locked_stock import LockedStock


@transaction.atomic
def set_limits(
    level: StockLevel, *, minimum: int, maximum: int | None = None, place: str = ""
) -> None:
    """Change the limits, and the place on the shelves; an alert opens or closes by it at once."""
    shelf = LockedStock([level.variant_id])
    StockLevel.objects.filter(pk=level.pk).update(minimum=minimum, maximum=maximum, bin=place)
    shelf.set_minimum(level.variant_id, level.warehouse_id, minimum)
    shelf.save()
