from django.db import migrations
from django.db.models import Index

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """Staff see people by their addresses. Nobody waits for the index."""

    atomic = False
    dependencies = [("accounts", "0009_forget_devices_and_mask_reasons")]
    operations = [AddIndexAnew("user", Index(fields=["email"], name="user_by_email"))]
