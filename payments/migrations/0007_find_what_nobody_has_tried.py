from django.db import migrations, models

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0006_fewer_indexes")]

    operations = [
        AddIndexAnew(
            model_name="webhookevent",
            index=models.Index(
                condition=models.Q(("attempts", 0), ("status", "received")),
                fields=["due_at", "id"],
                name="webhook_untried",
            ),
        ),
    ]
