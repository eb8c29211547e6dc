from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0006_fewer_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="webhookevent",
            index=models.Index(
                condition=models.Q(("attempts", 0), ("status", "received")),
                fields=["due_at", "id"],
                name="webhook_untried",
            ),
        ),
    ]
