"""Proves that stock and orders agree, and records the results for monitoring."""

import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection
from redis import RedisError

from catalog.models import Variant
from core.redis import client
from core.reports.base import Filters
from inventory.models import Movement
from inventory.report_filters import select


class ConsistencyCheck(StrEnum):
    STOCK = "stock:proof"
    ORDERS = "orders:proof"


@dataclass(frozen=True)
class CheckResult:
    """How many facts were wrong, and when that was."""

    differences: int
    at: float


@dataclass(frozen=True)
class OrderDifference:
    """Units of a variant that wait for an order in the ledger, and by the order itself."""

    reference: UUID
    variant_id: UUID
    order: str
    sku: str
    stored: int
    proven: int


DIFFERENCES = """
WITH bought AS (
    SELECT line.order_id AS reference, COALESCE(part.variant_id, line.variant_id) AS variant_id,
           SUM((line.quantity - line.cancelled_quantity - line.shipped_quantity)
               * COALESCE(part.quantity, 1)) AS units
    FROM orders_orderline line
    JOIN orders_order placed ON placed.id = line.order_id
    JOIN catalog_variant variant ON variant.id = line.variant_id
    LEFT JOIN catalog_bundlecomponent part ON part.bundle_id = variant.product_id
    WHERE placed.status IN ('confirmed', 'processing', 'completed')
    GROUP BY 1, 2
), waiting AS (
    SELECT reference, variant_id,
           SUM(CASE kind WHEN 'dispatch' THEN on_hand_delta ELSE -quantity END) AS units
    FROM inventory_movement
    WHERE kind IN ('sale', 'cancellation', 'dispatch')
    GROUP BY 1, 2
)
SELECT reference, variant_id, COALESCE(placed.number, reference::text, ''), variant.sku,
       COALESCE(waiting.units, 0)::bigint, COALESCE(bought.units, 0)::bigint
FROM bought
FULL JOIN waiting USING (reference, variant_id)
JOIN catalog_variant variant ON variant.id = variant_id
LEFT JOIN orders_order placed ON placed.id = reference
WHERE COALESCE(waiting.units, 0) <> COALESCE(bought.units, 0)
ORDER BY 3, 4
"""


def differences() -> list[OrderDifference]:
    """
    Sales without their units, and units sold to nobody; empty when stock and orders agree.

    Bundles count as their components. One query, one snapshot.
    """
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return [OrderDifference(*row) for row in cursor.fetchall()]


def differences_in(filters: Filters) -> list[OrderDifference]:
    """
    Those of the goods; of a place or of days, those whose order has a movement there and then.

    Three queries, and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    found = differences()
    goods = Variant.objects.filter(
        chosen.of_goods(), pk__in={row.variant_id for row in found}
    ).values_list("pk", flat=True)
    moved = Movement.objects.filter(
        chosen.of_place() & chosen.of_days("created_at"),
        reference__in={row.reference for row in found},
    ).values_list("reference", "variant_id")
    kept, there = set(goods), set(moved)
    is_anywhere = not (filters.warehouse or filters.has_days)
    return [
        row
        for row in found
        if row.variant_id in kept and (is_anywhere or (row.reference, row.variant_id) in there)
    ]


def record_result(check: ConsistencyCheck, differences: int) -> None:
    """Store the result until the next one; without Redis it is lost."""
    with suppress(RedisError):
        client().hset(check.value, mapping={"differences": differences, "at": time.time()})


def last_results(check: ConsistencyCheck) -> list[CheckResult]:
    """The last one; empty if there is none or Redis is away."""
    try:
        found = client().hgetall(check.value)
    except RedisError:
        return []
    return [CheckResult(int(found["differences"]), float(found["at"]))] if found else []
