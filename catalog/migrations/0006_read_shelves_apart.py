from django.db import migrations

READ_ALL_ANEW = """
INSERT INTO catalog_stalesearchentry (product_id) SELECT id FROM catalog_product
ON CONFLICT (product_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_know_common_synonyms")]

    operations = [
        # The worker reads every product anew, and counts the stems with the next full hour.
        migrations.RunSQL(READ_ALL_ANEW, migrations.RunSQL.noop),
    ]
