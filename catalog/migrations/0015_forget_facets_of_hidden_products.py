from django.db import migrations, transaction

BATCH = 500
# Who puts a product on show meanwhile waits for us and writes its rows, or has written them.
LOCK = """
SELECT id FROM catalog_product WHERE id = ANY(%s) AND NOT is_active ORDER BY id FOR NO KEY UPDATE
"""
FORGET = "DELETE FROM catalog_productfacet WHERE product_id = ANY(%s)"


def forget(apps, schema_editor):
    """Some products at a time, so that nobody waits long for one of them."""
    hidden = apps.get_model("catalog", "Product").objects.filter(is_active=False)
    keys = list(hidden.order_by("pk").values_list("pk", flat=True))
    with schema_editor.connection.cursor() as cursor:
        for start in range(0, len(keys), BATCH):
            with transaction.atomic():
                cursor.execute(LOCK, [keys[start : start + BATCH]])
                cursor.execute(FORGET, [[key for (key,) in cursor.fetchall()]])


class Migration(migrations.Migration):
    """The shop goes on selling meanwhile; the triggers write what changes from now on."""

    atomic = False
    dependencies = [("catalog", "0014_count_active_products_alone")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop, elidable=True)]
