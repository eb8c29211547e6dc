from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    """The shop goes on selling while its products are indexed."""

    atomic = False
    dependencies = [("catalog", "0006_read_shelves_apart")]
    operations = [
        AddIndexConcurrently(
            "product", Index(fields=["id"], condition=Q(is_active=False), name="product_hidden")
        ),
        AddIndexConcurrently(
            "product",
            Index(
                fields=["published_at"],
                condition=Q(published_at__isnull=False),
                name="product_to_come",
            ),
        ),
    ]
