import django.db.models.deletion
from django.db import migrations, models

from core.indexes import without_index


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalog", "0007_find_the_hidden_by_index"),
        ("inventory", "0001_tables"),
    ]

    operations = [
        without_index(
            "inventory_movement_variant_id_f1851adc",
            "inventory_movement",
            "variant_id",
            migrations.AlterField(
                model_name="movement",
                name="variant",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="movements",
                    to="catalog.variant",
                    verbose_name="variant",
                ),
            ),
        ),
        without_index(
            "inventory_stocklevel_variant_id_24c2dc1f",
            "inventory_stocklevel",
            "variant_id",
            migrations.AlterField(
                model_name="stocklevel",
                name="variant",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="stock_levels",
                    to="catalog.variant",
                    verbose_name="variant",
                ),
            ),
        ),
        without_index(
            "inventory_stocklevel_warehouse_id_9f55a8ac",
            "inventory_stocklevel",
            "warehouse_id",
            migrations.AlterField(
                model_name="stocklevel",
                name="warehouse",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="stock_levels",
                    to="inventory.warehouse",
                    verbose_name="warehouse",
                ),
            ),
        ),
    ]
