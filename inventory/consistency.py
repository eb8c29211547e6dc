"""The proof that the stock's numbers agree with the ledger and with the holds."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from catalog.models import Variant
from core.reports.base import Filters
from inventory.models import Movement
from inventory.report_filters import select


@dataclass(frozen=True)
class Difference:
    """One number of a level that is not what its causes add up to."""

    variant_id: UUID
    warehouse_id: UUID
    sku: str
    warehouse: str
    what: str
    stored: int
    proven: int

    @property
    def place(self) -> tuple[UUID, UUID]:
        return self.variant_id, self.warehouse_id


DIFFERENCES = """
WITH ledger AS (
    SELECT variant_id, warehouse_id,
           SUM(on_hand_delta) AS on_hand,
           SUM(on_hand_delta - quantity) AS committed
    FROM inventory_movement GROUP BY 1, 2
), waiting AS (
    SELECT variant_id, warehouse_id, SUM(units) AS units, MIN(units) AS fewest
    FROM (
        SELECT variant_id, warehouse_id, reference,
               SUM(CASE kind WHEN 'dispatch' THEN on_hand_delta ELSE -quantity END) AS units
        FROM inventory_movement
        WHERE kind IN ('sale', 'cancellation', 'dispatch')
        GROUP BY 1, 2, 3
    ) AS by_order
    GROUP BY 1, 2
), held AS (
    SELECT variant_id, warehouse_id, SUM(quantity) AS units
    FROM inventory_reservation WHERE status = 'active' GROUP BY 1, 2
), proven AS (
    SELECT variant_id, warehouse_id,
           COALESCE(level.on_hand, 0) AS level_on_hand, COALESCE(ledger.on_hand, 0) AS on_hand,
           COALESCE(level.committed, 0) AS level_committed,
           COALESCE(ledger.committed, 0) AS committed,
           COALESCE(level.reserved, 0) AS level_reserved, COALESCE(held.units, 0) AS reserved,
           COALESCE(waiting.units, 0) AS waiting, COALESCE(waiting.fewest, 0) AS fewest
    FROM inventory_stocklevel level
    FULL JOIN ledger USING (variant_id, warehouse_id)
    FULL JOIN waiting USING (variant_id, warehouse_id)
    FULL JOIN held USING (variant_id, warehouse_id)
)
SELECT variant.id, warehouse.id, variant.sku, warehouse.code,
       checks.what, checks.stored, checks.proven::bigint
FROM proven
JOIN catalog_variant variant ON variant.id = proven.variant_id
JOIN inventory_warehouse warehouse ON warehouse.id = proven.warehouse_id
CROSS JOIN LATERAL (VALUES
    ('on hand', level_on_hand, on_hand),
    ('committed', level_committed, committed),
    ('reserved', level_reserved, reserved),
    ('sold and not dispatched', level_committed, waiting),
    ('dispatched more than sold', 0, LEAST(fewest, 0))
) AS checks (what, stored, proven)
WHERE checks.stored <> checks.proven
ORDER BY variant.sku, warehouse.code, checks.what
"""


def differences() -> list[Difference]:
    """
    Every number of a level that its causes do not add up to; empty when the books are right.

    Σ ledger = on hand and committed; Σ active holds = reserved; Σ sold and not dispatched, order
    by order, = committed. One query, one snapshot.
    """
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return [Difference(*row) for row in cursor.fetchall()]


def differences_in(filters: Filters) -> list[Difference]:
    """
    Those of the goods, the place and the days in which a movement has touched the level.

    Three queries, and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    found = differences()
    variants = {row.variant_id for row in found}
    goods = Variant.objects.filter(chosen.of_goods(), pk__in=variants)
    moved = Movement.objects.filter(chosen.of_days("created_at"), variant__in=variants)
    kept = set(goods.values_list("pk", flat=True))
    touched = set(moved.values_list("variant_id", "warehouse_id").distinct())
    return [
        row
        for row in found
        if row.variant_id in kept
        and chosen.warehouse_id in {None, row.warehouse_id}
        and (not filters.has_days or row.place in touched)
    ]
