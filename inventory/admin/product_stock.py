"""Stock on a product's page: see catalog.admin.stock_on_page."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import Greatest
from django.http import HttpRequest

from catalog.admin.stock_on_page import NewUnits, Place, Shelf
from catalog.models import Variant
from core.exceptions import DomainError
from inventory import services
from inventory.admin import bulk
from inventory.models import StockLevel, Warehouse, WarehouseKind

_FREE = Greatest(F("on_hand") - F("committed") - F("reserved"), 0)


class ProductStock:
    def places(self, seller_id: UUID) -> list[Place]:
        rows = Warehouse.objects.filter(
            seller=seller_id, kind=WarehouseKind.OWN, is_active=True
        ).order_by("priority", "code")
        return [Place(row.pk, row.name) for row in rows]

    def shelves(self, product_id: UUID) -> Mapping[tuple[UUID, UUID], Shelf]:
        levels = StockLevel.objects.filter(variant__product=product_id)
        rows = levels.annotate(free=_FREE).values_list(
            "variant_id", "warehouse_id", "on_hand", "free"
        )
        return {(variant, place): Shelf(units, free) for variant, place, units, free in rows}

    def free_units(self, products: Collection[UUID]) -> Mapping[UUID, int]:
        levels = StockLevel.objects.filter(
            variant__product__in=products, variant__is_active=True, warehouse__is_active=True
        )
        return dict(levels.values_list("variant__product_id").annotate(units=Sum(_FREE)))

    def may_correct(self, request: HttpRequest) -> bool:
        return bulk.may_correct(request)

    def correct(self, changes: Sequence[NewUnits], *, note: str, actor_id: UUID) -> list[str]:
        """Each by itself: one that is refused does not undo the others."""
        refusals = []
        for change in changes:
            try:
                services.set_on_hand(
                    change.variant,
                    change.place,
                    change.units,
                    seen=change.seen,
                    note=note,
                    actor_id=actor_id,
                )
            except DomainError as refusal:
                sku = Variant.objects.values_list("sku", flat=True).get(pk=change.variant)
                refusals.append(f"{sku}: {refusal}")
        return refusals
