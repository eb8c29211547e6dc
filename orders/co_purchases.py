"""Products bought together, counted from the orders of a year."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from orders.models import BoughtTogether
from orders.states import SALES

YEAR = timedelta(days=365)
# One order is chance, two may be a friend's.
MIN_ORDERS = 3
# Very large orders say nothing about products that belong together.
MAX_PRODUCTS = 30
KEPT = 8

# The cosine of the two products' orders: what everybody buys anyway belongs to nothing.
_COUNT = """
WITH sold AS (
    SELECT DISTINCT line.order_id, variant.product_id
    FROM orders_order AS placed
    JOIN orders_orderline AS line ON line.order_id = placed.id
    JOIN catalog_variant AS variant ON variant.id = line.variant_id
    WHERE placed.placed_at >= %(since)s AND placed.status = ANY(%(sold)s)
      AND line.cancelled_quantity < line.quantity
), telling AS (
    SELECT order_id FROM sold GROUP BY order_id HAVING count(*) BETWEEN 2 AND %(most)s
), times AS (
    SELECT product_id, count(*) AS orders FROM sold GROUP BY product_id
), pairs AS (
    SELECT one.product_id, two.product_id AS other_id, count(*) AS orders
    FROM telling
    JOIN sold AS one USING (order_id)
    JOIN sold AS two USING (order_id)
    WHERE one.product_id <> two.product_id
    GROUP BY one.product_id, two.product_id HAVING count(*) >= %(least)s
), scored AS (
    SELECT pairs.*, pairs.orders / sqrt(one.orders::float * two.orders) AS score
    FROM pairs
    JOIN times AS one ON one.product_id = pairs.product_id
    JOIN times AS two ON two.product_id = pairs.other_id
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY product_id ORDER BY score DESC, orders DESC, other_id
    ) AS place FROM scored
)
INSERT INTO orders_boughttogether (product_id, other_id, orders, score)
SELECT product_id, other_id, orders, score FROM ranked WHERE place <= %(kept)s
"""


@transaction.atomic
def recount(now: datetime) -> int:
    """Recount the pairs; returns their number. Readers see the old counts until the commit."""
    values: dict[str, Any] = {
        "since": now - YEAR,
        "sold": [status.value for status in SALES],
        "least": MIN_ORDERS,
        "most": MAX_PRODUCTS,
        "kept": KEPT,
    }
    with connection.cursor() as cursor:
        # Two runs at the same time follow each other.
        cursor.execute("LOCK TABLE orders_boughttogether IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM orders_boughttogether")
        cursor.execute(_COUNT, values)
        return int(cursor.rowcount)


def partners_of(product_id: UUID) -> list[UUID]:
    """The products most often bought with this one, most frequent first. 1 query."""
    pairs = BoughtTogether.objects.filter(product=product_id)
    return list(pairs.order_by("-score", "-orders", "other").values_list("other", flat=True))
