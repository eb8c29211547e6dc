from django.db import migrations, models

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("outbox", "0002_history")]

    operations = [
        AddIndexAnew(
            model_name="message",
            index=models.Index(
                condition=models.Q(("delivered_at__isnull", False)),
                fields=["delivered_at"],
                name="outbox_delivered",
            ),
        ),
    ]
