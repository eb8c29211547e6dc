from django.db import migrations, transaction
from django.db.models import Index

from core.indexes import AddIndexAnew

BATCH = 500
# Who changes a product's variants meanwhile waits for us, or we for him and read what he wrote.
LOCK = "SELECT FROM catalog_product WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
WRITE = """
INSERT INTO catalog_productfacet (product_id, category_id, key, value_key)
SELECT p.id, p.category_id, '', v.brand_id::text
FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id
WHERE p.id = ANY(%(keys)s) AND v.is_active AND v.brand_id IS NOT NULL
UNION
SELECT p.id, p.category_id, o.key, o.value_key
FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id
JOIN catalog_variantoption o ON o.variant_id = v.id
WHERE p.id = ANY(%(keys)s) AND v.is_active
ON CONFLICT DO NOTHING
"""


def write(apps, schema_editor):
    """Some products at a time, so that nobody waits long for one of them."""
    products = apps.get_model("catalog", "Product").objects.order_by("pk")
    keys = list(products.values_list("pk", flat=True))
    with schema_editor.connection.cursor() as cursor:
        for start in range(0, len(keys), BATCH):
            with transaction.atomic():
                cursor.execute(LOCK, [keys[start : start + BATCH]])
                cursor.execute(WRITE, {"keys": keys[start : start + BATCH]})
        cursor.execute("ANALYZE catalog_productfacet")


class Migration(migrations.Migration):
    """The shop goes on selling meanwhile; the triggers write what changes from now on."""

    atomic = False
    dependencies = [("catalog", "0011_know_brands_and_options_of_products")]
    operations = [
        migrations.RunPython(write, migrations.RunPython.noop, elidable=True),
        AddIndexAnew(
            "productfacet",
            Index(
                fields=["category_id", "key", "value_key", "product_id"],
                name="product_facet_counts",
            ),
        ),
    ]
