from django.db import migrations

from audit.watching import watch

SKU = "SELECT sku FROM catalog_variant WHERE id = ($1 ->> 'variant_id')::uuid"
PRODUCT = "SELECT name FROM catalog_product WHERE id = ($1 ->> 'product_id')::uuid"

WATCHED = {
    "shipping_shipment": {
        "label": "number",
        "parent": "order_id",
        "ignored": "is_gathered label metadata",
        "secret": "pickup_code",
        "inserts": "bare",
    },
    "purchasing_supplier": {"label": "name"},
    "purchasing_purchaseorder": {
        "label": "number",
        "parent": "supplier_id",
        "ignored": "subtotal tax",
        "inserts": "bare",
    },
    "purchasing_purchaseorderline": {
        "label": SKU,
        "parent": "purchase_order_id",
        "ignored": "received_quantity",
        "inserts": "bare",
    },
    # What the consumer wrote never changes, and the answer is given once: both stand in the sheet.
    "complaints_complaint": {
        "label": "number",
        "only_columns": "answered_at answered_by_id",
        "inserts": "bare",
    },
    # That a customer changes his words is written, never which.
    "reviews_review": {
        "label": PRODUCT,
        "parent": "user_id",
        "ignored": "helpful_count told_at",
        "secret": "title comment",
        "inserts": "bare",
    },
    "payments_creditrequest": {"label": "number", "parent": "user_id"},
}
# That its customer was written to is no change of a credit.
CREDIT = "SELECT audit_watch('payments_storecredit', 'number', parent => 'user_id'{})"


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_write_down_who_changed_what"),
        ("complaints", "0001_tables"),
        ("payments", "0005_ask_for_large_credits"),
        ("purchasing", "0001_tables"),
        ("reviews", "0001_tables"),
        ("shipping", "0001_tables"),
    ]

    operations = [
        *(watch(table, **options) for table, options in WATCHED.items()),
        migrations.RunSQL(CREDIT.format(", ignored => 'told_at'"), CREDIT.format("")),
    ]
