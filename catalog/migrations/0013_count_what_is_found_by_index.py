from django.db import migrations
from django.db.models import Index

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0012_write_brands_and_options_of_products")]
    operations = [
        AddIndexAnew(
            "product",
            Index(
                fields=["id"],
                include=["price_from", "availability", "rating_average"],
                name="product_figures",
            ),
        )
    ]
