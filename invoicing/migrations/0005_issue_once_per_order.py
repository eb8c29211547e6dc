"""An order has one boleta or factura: built beside the traffic of a running shop."""

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY fiscal_once_per_order
ON invoicing_fiscaldocument (order_id)
WHERE corrects_id IS NULL
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("invoicing", "0004_keep_what_is_issued")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    CREATE, "DROP INDEX CONCURRENTLY IF EXISTS fiscal_once_per_order"
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="fiscaldocument",
                    constraint=models.UniqueConstraint(
                        fields=["order"],
                        condition=models.Q(corrects=None),
                        name="fiscal_once_per_order",
                    ),
                )
            ],
        )
    ]
