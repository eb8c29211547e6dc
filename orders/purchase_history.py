"""What a buyer has ordered already, by account, address or other marks."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core.database import prepared
from orders.buyer_fingerprint import Buyer
from orders.states import CALLED_OFF, OrderStatus

# The buyer's orders come first, by their own indexes: best sellers have many order lines.
# A bundle counts as its components as well. Unpaid orders count as `Buyer` says.
_UNITS = """
WITH own AS MATERIALIZED (
    SELECT id, status = %(pending)s AS is_held
    FROM orders_order
    WHERE (customer_id = %(customer)s OR marks && %(marks)s::text[])
        AND (status <> %(pending)s
            OR NOT by_guest AND (%(is_guest)s OR customer_id = %(customer)s)
            OR by_guest AND %(is_guest)s AND placed_from = %(placed_from)s)
        AND status <> ALL(%(over)s::varchar[])
        AND id IS DISTINCT FROM %(excluding)s::uuid
), line AS MATERIALIZED (
    SELECT variant_id, product_id, quantity - cancelled_quantity AS units, is_held
    FROM own
    JOIN orders_orderline ON order_id = own.id
    JOIN catalog_variant ON catalog_variant.id = variant_id
), bought AS (
    SELECT * FROM line
    UNION ALL
    SELECT part.variant_id, variant.product_id, line.units * part.quantity, line.is_held
    FROM line
    JOIN catalog_bundlecomponent AS part ON part.bundle_id = line.product_id
    JOIN catalog_variant AS variant ON variant.id = part.variant_id
)
SELECT variant_id, product_id, sum(units), coalesce(sum(units) FILTER (WHERE is_held), 0)
FROM bought WHERE product_id = ANY(%(products)s::uuid[])
GROUP BY variant_id, product_id
"""


@dataclass(frozen=True)
class Ordered:
    """Units of a variant in a buyer's orders; `held` are the unpaid ones."""

    product_id: UUID
    units: int
    held: int


def units_ordered(
    buyer: Buyer, products: Iterable[UUID], *, excluding: UUID | None = None
) -> dict[UUID, Ordered]:
    """
    What the buyer's paid and open orders have of these products, by variant. One query.

    Units that are part of a bundle count too.
    An order is the buyer's if it names the account or bears one of the marks, and is no unpaid
    order of a stranger, see `Buyer`.
    """
    values = {
        "customer": buyer.customer_id,
        "marks": list(buyer.marks),
        "is_guest": buyer.is_guest,
        "placed_from": buyer.placed_from,
        "excluding": excluding,
        "pending": OrderStatus.PENDING,
        "over": list(CALLED_OFF),
        "products": list(products),
    }
    return {
        variant_id: Ordered(product_id, int(units), int(held))
        for variant_id, product_id, units, held in prepared.rows(_UNITS, values)
    }
