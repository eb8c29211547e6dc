"""First stock of imported products: receipts in the ledger, and the bands that shoppers see."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from constance import config
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Seller
from catalog.imports import WrittenVariant
from catalog.models import Variant
from core.database.copy import copy_rows
from inventory.models import Movement, MovementKind, ReferenceKind, StockLevel, Warehouse

# Worked out once, whatever PostgreSQL believes of tables that were empty a moment ago.
_BANDS = """
WITH s AS MATERIALIZED (
    SELECT v.id, CASE WHEN coalesce(sum(l.available), 0) <= 0 THEN 'sold_out'
        WHEN sum(l.available) <= %(few)s THEN 'last_few' ELSE 'in_stock' END AS band
    FROM catalog_variant v
    LEFT JOIN (
        SELECT l.variant_id, l.on_hand - l.committed - l.reserved AS available
        FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
        WHERE w.is_active
    ) l ON l.variant_id = v.id
    WHERE v.id = ANY(%(variants)s)
    GROUP BY v.id
)
UPDATE catalog_variant v SET availability = s.band
FROM s
WHERE v.id = s.id AND v.availability <> s.band
"""
_PRODUCT_BANDS = """
WITH s AS MATERIALIZED (
    SELECT product_id, CASE WHEN bool_or(availability = 'in_stock') THEN 'in_stock'
        WHEN bool_or(availability = 'last_few') THEN 'last_few' ELSE 'sold_out' END AS band
    FROM catalog_variant
    WHERE is_active AND product_id IN (
        SELECT product_id FROM catalog_variant WHERE id = ANY(%(variants)s))
    GROUP BY product_id
)
UPDATE catalog_product p SET availability = s.band
FROM s
WHERE p.id = s.product_id AND p.availability <> s.band
"""
# Of every five units three lie in the first warehouse.
_SHARE = Decimal("0.6")


def own_warehouses() -> list[Warehouse]:
    """The house's own warehouses, first the one that ships first; two are made if there is none."""
    house = Seller.objects.house().get()
    own = Warehouse.objects.filter(seller=house, kind="own", is_active=True)
    if not own.exists():
        Warehouse.objects.create(code="MAIN", name=_("Main warehouse"), seller=house, priority=1)
        Warehouse.objects.create(code="SECOND", name=_("Second store"), seller=house, priority=2)
    return list(own.order_by("priority", "code"))


def split(quantity: int, warehouses: Sequence[Warehouse]) -> dict[str, int]:
    """The units by warehouse code: most of them in the first, the rest in the second."""
    if len(warehouses) == 1:
        return {warehouses[0].code: quantity}
    first = quantity - int(quantity * (1 - _SHARE))
    return {warehouses[0].code: first, warehouses[1].code: quantity - first}


class Stocker:
    """Receives the first units of variants. One that has a level already is left alone."""

    def __init__(self, default: int | None = None) -> None:
        self._default = default
        self._own = own_warehouses()
        self._by_code = {warehouse.code: warehouse for warehouse in Warehouse.objects.all()}

    def receive(self, written: Sequence[WrittenVariant]) -> int:
        """Write the receipts that the lines ask for; returns how many units."""
        ids = [variant.id for variant in written]
        known = set(StockLevel.objects.filter(variant__in=ids).values_list("variant_id", flat=True))
        movements = [
            Movement(
                variant_id=variant.id,
                warehouse=self._by_code[code],
                kind=MovementKind.RECEIPT,
                quantity=units,
                on_hand_delta=units,
                reference_kind=ReferenceKind.IMPORT,
            )
            for variant in written
            if variant.id not in known
            for code, units in self._wanted(variant).items()
            if units > 0
        ]
        copy_rows(movements)
        refresh_bands(ids)
        return sum(movement.quantity for movement in movements)

    def _wanted(self, variant: WrittenVariant) -> Mapping[str, int]:
        line = variant.line
        if line.stock_in and set(line.stock_in) <= set(self._by_code):
            return line.stock_in
        quantity = line.stock if line.stock is not None else self._default
        return split(quantity or 0, self._own)


def refresh_bands(variant_ids: Sequence[UUID]) -> None:
    """Set the bands of these variants and their products from the stock levels. 2 queries."""
    with connection.cursor() as cursor:
        values = {"variants": list(variant_ids), "few": config.LAST_FEW_UNITS}
        cursor.execute(_BANDS, values)
        cursor.execute(_PRODUCT_BANDS, values)


def all_variants() -> list[UUID]:
    return list(Variant.objects.values_list("pk", flat=True))
