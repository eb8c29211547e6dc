from django.db import migrations, models


class Migration(migrations.Migration):
    """The word alone: an order is being prepared, while a payment is processing."""

    dependencies = [
        ("orders", "0004_events_lose_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending", "pending"),
                    ("confirmed", "confirmed"),
                    ("processing", "being prepared"),
                    ("completed", "completed"),
                    ("cancelled", "cancelled"),
                    ("expired", "expired"),
                ],
                default="pending",
                max_length=12,
                verbose_name="status",
            ),
        ),
    ]
