from django.db import migrations, models

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("outbox", "0004_say_what_it_is_about")]

    operations = [
        AddIndexAnew(
            model_name="message",
            index=models.Index(
                condition=models.Q(("attempts", 0), ("delivered_at", None), ("given_up_at", None)),
                fields=["due_at", "id"],
                name="outbox_untried",
            ),
        ),
    ]
