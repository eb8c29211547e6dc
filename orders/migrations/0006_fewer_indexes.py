import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import without_index


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0009_forget_devices_and_mask_reasons"),
        ("orders", "0005_order_is_being_prepared"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        without_index(
            "orders_order_customer_id_0b76f6a4",
            "orders_order",
            "customer_id",
            migrations.AlterField(
                model_name="order",
                name="customer",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="orders",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="customer",
                ),
            ),
        ),
        without_index(
            "orders_orderaddress_order_id_b1392cb3",
            "orders_orderaddress",
            "order_id",
            migrations.AlterField(
                model_name="orderaddress",
                name="order",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="addresses",
                    to="orders.order",
                    verbose_name="order",
                ),
            ),
        ),
        without_index(
            "orders_orderevent_order_id_b26297f3",
            "orders_orderevent",
            "order_id",
            migrations.AlterField(
                model_name="orderevent",
                name="order",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="events",
                    to="orders.order",
                    verbose_name="order",
                ),
            ),
        ),
        without_index(
            "orders_orderline_order_id_17f8f3ef",
            "orders_orderline",
            "order_id",
            migrations.AlterField(
                model_name="orderline",
                name="order",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="lines",
                    to="orders.order",
                    verbose_name="order",
                ),
            ),
        ),
        without_index(
            "orders_orderline_seller_id_3805be78",
            "orders_orderline",
            "seller_id",
            migrations.AlterField(
                model_name="orderline",
                name="seller",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="order_lines",
                    to="accounts.seller",
                    verbose_name="seller",
                ),
            ),
        ),
    ]
