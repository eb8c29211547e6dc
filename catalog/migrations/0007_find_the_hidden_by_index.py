from django.db import migrations
from django.db.models import Index, Q

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """The shop goes on selling while its products are indexed."""

    atomic = False
    dependencies = [("catalog", "0006_read_shelves_apart")]
    operations = [
        AddIndexAnew(
            "product", Index(fields=["id"], condition=Q(is_active=False), name="product_hidden")
        ),
        AddIndexAnew(
            "product",
            Index(
                fields=["published_at"],
                condition=Q(published_at__isnull=False),
                name="product_to_come",
            ),
        ),
    ]
