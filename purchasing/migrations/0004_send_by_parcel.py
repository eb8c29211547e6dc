"""A supplier who has sent his part can get another task: built beside a running shop's traffic."""

import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY supplier_task_on_hand_once
ON purchasing_suppliertask (order_id, seller_id, supplier_id) NULLS NOT DISTINCT
WHERE NOT status IN ('shipped', 'cancelled')
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("purchasing", "0003_give_suppliers_tasks"),
        ("shipping", "0003_plan_parcels"),
    ]

    operations = [
        migrations.AddField(
            model_name="suppliertask",
            name="shipment",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supplier_tasks",
                to="shipping.shipment",
                verbose_name="shipment",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    CREATE, "DROP INDEX CONCURRENTLY IF EXISTS supplier_task_on_hand_once"
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="suppliertask",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status__in", ["shipped", "cancelled"]), _negated=True),
                        fields=("order", "seller", "supplier"),
                        name="supplier_task_on_hand_once",
                        nulls_distinct=False,
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint(model_name="suppliertask", name="supplier_task_once"),
    ]
