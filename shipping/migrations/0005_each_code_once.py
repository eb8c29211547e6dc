from django.db import migrations, models
from django.db.models import Q

ONCE = """
CREATE UNIQUE INDEX CONCURRENTLY shipment_pickup_code_once ON shipping_shipment (pickup_code)
WHERE NOT (pickup_code = '')
"""


class Migration(migrations.Migration):
    """The index is made while the shop runs."""

    atomic = False

    dependencies = [("shipping", "0004_codes_at_the_counter")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    ONCE, "DROP INDEX CONCURRENTLY IF EXISTS shipment_pickup_code_once"
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="shipment",
                    constraint=models.UniqueConstraint(
                        fields=["pickup_code"],
                        condition=~Q(pickup_code=""),
                        name="shipment_pickup_code_once",
                    ),
                )
            ],
        )
    ]
