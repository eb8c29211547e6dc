import django.db.models.deletion
from django.db import migrations, models

from core.indexes import without_index


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0006_fewer_indexes"),
        ("shipping", "0002_events_lose_words"),
    ]

    operations = [
        without_index(
            "shipping_shipment_order_id_3aa924dc",
            "shipping_shipment",
            "order_id",
            migrations.AlterField(
                model_name="shipment",
                name="order",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="shipments",
                    to="orders.order",
                    verbose_name="order",
                ),
            ),
        ),
    ]
