from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q

from core.indexes import AddIndexAnew

BATCH = 1_000
MARK = """
UPDATE catalog_product p SET is_new = found.is_new, is_on_offer = found.is_on_offer
FROM (
    SELECT product_id, bool_or(is_new) AS is_new, bool_or(is_on_offer) AS is_on_offer
    FROM catalog_variant WHERE is_active AND product_id = ANY(%s) GROUP BY 1
) found
WHERE p.id = found.product_id
    AND (p.is_new, p.is_on_offer) IS DISTINCT FROM (found.is_new, found.is_on_offer)
"""


def mark(apps, schema_editor):
    """Some products at a time, so that nobody waits long for one of them."""
    variants = apps.get_model("catalog", "Variant").objects.filter(is_active=True)
    marked = variants.filter(Q(is_new=True) | Q(is_on_offer=True))
    keys = sorted(set(marked.values_list("product", flat=True)))
    with schema_editor.connection.cursor() as cursor:
        for start in range(0, len(keys), BATCH):
            cursor.execute(MARK, [keys[start : start + BATCH]])


class Migration(migrations.Migration):
    """The shop goes on selling while its products are marked and indexed."""

    atomic = False
    dependencies = [("catalog", "0008_mark_what_is_new_and_on_offer")]
    operations = [
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
        AddIndexAnew(
            "product",
            Index(
                fields=["category", "-created_at", "id"],
                condition=Q(is_active=True, is_new=True) & ~Q(availability="sold_out"),
                name="product_news",
            ),
        ),
        AddIndexAnew(
            "product",
            Index(
                fields=["category", "-units_sold", "id"],
                condition=Q(is_active=True, is_on_offer=True) & ~Q(availability="sold_out"),
                name="product_offers",
            ),
        ),
        AddIndexAnew("product", Index(fields=["name_es", "-id"], name="product_name_es")),
        AddIndexAnew("product", Index(fields=["name_en", "-id"], name="product_name_en")),
        RemoveIndexConcurrently("variant", "variant_featured"),
        RemoveIndexConcurrently("variant", "variant_new"),
        RemoveIndexConcurrently("variant", "variant_offers"),
    ]
