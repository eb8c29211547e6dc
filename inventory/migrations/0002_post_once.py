"""A count is posted once, a transfer leaves once: built beside the traffic of a running shop."""

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY movement_posted_once
ON inventory_movement (reference, variant_id, warehouse_id)
WHERE reference_kind = 'count' OR kind = 'transfer_out'
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    CREATE, "DROP INDEX CONCURRENTLY IF EXISTS movement_posted_once"
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="movement",
                    constraint=models.UniqueConstraint(
                        fields=["reference", "variant", "warehouse"],
                        condition=models.Q(reference_kind="count") | models.Q(kind="transfer_out"),
                        name="movement_posted_once",
                    ),
                )
            ],
        )
    ]
