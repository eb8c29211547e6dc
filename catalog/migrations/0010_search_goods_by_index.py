from django.db import migrations
from django.db.models import Index

from core.db import searched
from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """The shop goes on selling while its goods are indexed."""

    atomic = False
    dependencies = [
        ("catalog", "0009_find_news_offers_and_names_by_index"),
        ("core", "0001_extensions"),
    ]
    operations = [
        AddIndexAnew(
            "product", searched(("name_es", "name_en", "sku", "slug"), "product_searched")
        ),
        AddIndexAnew(
            "variant",
            searched(("name_es", "name_en", "sku", "model", "gtin"), "variant_searched"),
        ),
        AddIndexAnew(
            "scheduledprice", Index(fields=["-starts_at"], name="scheduled_price_latest")
        ),
    ]
