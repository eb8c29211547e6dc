"""A form that is sent twice asks once: built beside a running shop's traffic."""

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY return_asked_once
ON returns_return (order_id, seller_id, form_key)
WHERE form_key IS NOT NULL
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("returns", "0002_take_goods_back")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE, "DROP INDEX CONCURRENTLY IF EXISTS return_asked_once")
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="return",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(form_key__isnull=False),
                        fields=["order", "seller", "form_key"],
                        name="return_asked_once",
                    ),
                )
            ],
        ),
    ]
