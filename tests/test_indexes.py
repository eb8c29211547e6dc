"""Each index is written with every row: tables that orders write have none twice."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
# What every order writes.
WRITTEN = (
    *("orders_order", "orders_orderline", "orders_orderaddress", "orders_orderevent"),
    *("inventory_movement", "inventory_reservation", "inventory_stocklevel"),
    *("payments_payment", "payments_ledgerentry", "payments_idempotencykey"),
    *("shipping_shipment", "outbox_message", "cart_cart"),
)
# Of whole rows, by plain columns, and not there to be unique.
_NEEDLESS = """
WITH known AS (
    SELECT indexrelid AS index, indrelid AS of, indkey::int2[] AS columns, indisunique AS is_rule,
           indclass::oid[] AS kinds, array_length(indkey::int2[], 1) AS width
    FROM pg_index
    WHERE indrelid = ANY (%s::text[]::regclass[]) AND indpred IS NULL AND indexprs IS NULL
)
SELECT short.index::regclass::text || ' begins ' || long.index::regclass::text
FROM known short JOIN known long ON long.of = short.of AND long.index <> short.index
    AND long.width >= short.width
WHERE NOT short.is_rule AND (
    SELECT bool_and(short.columns[n] = long.columns[n] AND short.kinds[n] = long.kinds[n])
    FROM generate_series(0, short.width - 1) AS n
)
"""


def test_no_index_is_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NEEDLESS, [list(WRITTEN)])
        found = [text for (text,) in cursor.fetchall()]

    assert found == []
