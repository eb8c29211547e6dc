from django.db import migrations
from django.db.models import Index

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """Staff see the newest codes first. Nobody waits for the index."""

    atomic = False
    dependencies = [("promotions", "0002_take_kinds_of_packages")]
    operations = [AddIndexAnew("coupon", Index(fields=["-created_at", "code"], name="coupon_newest"))]
