"""Reports of 100,000 orders and 200,000 movements: flat in memory, and how long each takes."""

import time
import tracemalloc
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from backoffice.reports.pages import sheet
from backoffice.reports.registry import REPORTS
from backoffice.reports.sales import SALES
from backoffice.reports.stock_ledgers import MOVEMENTS
from core.reports.base import Filters
from core.reports.tables import spreadsheet, write_text
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory
from tests.payments.factories import PaymentMethodFactory
from tests.promotions.factories import CouponFactory

MEGABYTE = 1_000_000
# Without triggers: what they would count up is not what is measured here.
_FILL = """
    SET LOCAL session_replication_role = replica;
    CREATE TEMP TABLE goods ON COMMIT DROP AS
        SELECT row_number() OVER () - 1 AS place, v.id AS variant, p.seller_id AS seller
        FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id;
    INSERT INTO orders_order (number, customer_id, email, phone, document_type, document_number,
        language, status, payment_status, fulfilment_status, currency, subtotal, discount_total,
        shipping_total, tax_total, prices_include_tax, total, shipping_method_code,
        shipping_method_name, payment_method_code, payment_method_name, collects_on_delivery,
        coupon_code, customer_note, staff_note, pricing, placed_at, paid_at)
    SELECT 'PED-20260101-' || lpad(n::text, 7, '0'), %(customer)s, 'a@b.pe', '', '', '', 'es',
        CASE WHEN n %% 50 = 0 THEN 'pending' ELSE 'completed' END,
        CASE WHEN n %% 50 = 0 THEN 'unpaid' ELSE 'paid' END,
        'delivered', 'PEN', 60, 0, 10, 10.68, TRUE, 70, '', '', 'card', '', FALSE, '', '', '',
        '{}', now() - n * interval '5 minutes',
        CASE WHEN n %% 50 > 0 THEN now() - n * interval '5 minutes' END
    FROM generate_series(1, %(orders)s) n;
    INSERT INTO orders_orderline (order_id, variant_id, seller_id, position, name, sku, options,
        kit, quantity, list_price, unit_price, discount, tax_rate, tax, total, unit_allocations,
        cancelled_quantity, shipped_quantity, delivered_quantity, returned_quantity)
    SELECT o.id, g.variant, g.seller, n, 'x', g.place::text, '{}', '', 1, 30, 30, 0, 0.18, 4.58, 30,
        '[]', 0, 0, 0, 0
    FROM orders_order o CROSS JOIN generate_series(1, 2) n
    JOIN goods g ON g.place = (right(o.number, 7)::int + n) %% (SELECT count(*) FROM goods);
    INSERT INTO payments_payment (number, order_id, method_id, gateway, gateway_id,
        gateway_reference, redirect_url, idempotency_key, amount, currency, quoted_currency, state,
        captured, refunded, refund_reserved, fee, card_brand, card_last4, bank_reference,
        error_code, error_message, metadata, captured_at)
    SELECT 'P' || number, id, %(method)s, 'simulator', number, '', '', number, 70, 'PEN', '',
        'captured', 70, 0, 0, 3.45, '', '', '', '', '', '{}', paid_at
    FROM orders_order WHERE paid_at IS NOT NULL;
    INSERT INTO payments_ledgerentry (payment_id, provider, kind, reference, amount, currency,
        is_accepted, occurred_at)
    SELECT id, 'simulator', 'capture', number, 70, 'PEN', TRUE, captured_at FROM payments_payment;
    INSERT INTO payments_ledgerentry (payment_id, provider, kind, reference, amount, currency,
        is_accepted, occurred_at)
    SELECT id, 'simulator', 'refund', number, 7, 'PEN', TRUE, now() FROM payments_payment
    WHERE number LIKE '%%7';
    INSERT INTO promotions_redemption (promotion_id, coupon_id, order_id, identity, amount)
    SELECT %(promotion)s, %(coupon)s, id, '', 5 FROM orders_order WHERE number LIKE '%%3';
    INSERT INTO returns_return (number, order_id, seller_id, status, reason, notes, staff_message)
    SELECT 'D' || o.number, o.id, l.seller_id, 'requested', 'damaged', '', ''
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id AND l.position = 1
    WHERE o.number LIKE '%%5';
    INSERT INTO inventory_stocklevel (variant_id, warehouse_id, on_hand, committed, reserved,
        minimum, bin, is_below_minimum)
    SELECT variant, %(warehouse)s, 10, 1, 0, 5, '', FALSE FROM goods;
    INSERT INTO inventory_movement (variant_id, warehouse_id, kind, quantity, on_hand_delta,
        reference, reference_kind, note, on_hand_after, committed_after)
    SELECT l.variant_id, %(warehouse)s, 'sale', -1, 0, l.order_id, 'order', '', 10, 1
    FROM orders_orderline l;
    ANALYZE;
"""


def fill(orders: int) -> None:
    """A shop of that many orders, with two movements each."""
    for _number in range(500):
        VariantFactory.create()
    coupon = CouponFactory.create()
    values: dict[str, Any] = {
        "orders": orders,
        "customer": UserFactory.create().pk,
        "method": PaymentMethodFactory.create().pk,
        "warehouse": WarehouseFactory.create().pk,
        "coupon": coupon.pk,
        "promotion": coupon.promotion_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)


def peak(kind: str) -> int:
    """The memory that writing all movements takes at most, in bytes."""
    tracemalloc.start()
    rows = MOVEMENTS.rows(Filters())
    if kind == "xlsx":
        for _block in spreadsheet(MOVEMENTS.columns, rows, name="movements"):
            pass
    else:
        write_text(MOVEMENTS.columns, rows, kind, _Nowhere())
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


class _Nowhere(StringIO):
    def write(self, text: str) -> int:
        return len(text)


@pytest.mark.soak
@pytest.mark.django_db
def test_reports_of_a_large_shop_stay_flat_in_memory(capsys):
    fill(100_000)

    peaks = {kind: peak(kind) for kind in ("csv", "json", "table", "xlsx")}
    seconds = {}
    for name, report in REPORTS.items():
        for by in report.groupings or ("",):
            began = time.monotonic()
            shown = sheet(report, report.columns, Filters(by=by), "")
            seconds[f"{name} {by}".strip()] = (time.monotonic() - began, shown.count)
    today = timezone.localdate()
    for days in (1, 30):
        began = time.monotonic()
        rows = SALES.rows(Filters(since=today - timedelta(days=days), until=today))
        seconds[f"sales of {days} days"] = (time.monotonic() - began, len(list(rows)))

    with capsys.disabled():
        for kind, size in peaks.items():
            print(f"200,000 movements as {kind}: {size / MEGABYTE:.1f} MB at most")  # noqa: T201
        for name, (taken, count) in seconds.items():
            print(f"{name}: {count} rows, {taken:.2f} s")  # noqa: T201
    assert peaks["csv"] < 10 * MEGABYTE
    assert peaks["json"] < 10 * MEGABYTE
    assert peaks["xlsx"] < 10 * MEGABYTE
