from django.db import migrations, models

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """Staff find a payment by what its provider calls it. Nobody waits for the index."""

    atomic = False

    dependencies = [("payments", "0001_tables")]

    operations = [
        AddIndexAnew(
            model_name="payment",
            index=models.Index(
                fields=["gateway_reference"],
                name="payment_gateway_reference",
                condition=~models.Q(gateway_reference=""),
            ),
        ),
    ]
