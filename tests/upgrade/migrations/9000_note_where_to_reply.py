"""What a next version may do to orders that there are: a column, its values, and an index."""

from django.db import migrations, models

from core.database.indexes import RetryableAddIndex
from tests.upgrade.migrations import ORDERS

LAST = max(path.stem for path in ORDERS.glob("0*.py"))


def write(apps, schema_editor):
    apps.get_model("orders", "Order").objects.update(reply_to=models.F("email"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", LAST)]
    operations = [
        migrations.AddField("order", "reply_to", models.EmailField(db_default="")),
        migrations.RunPython(write, migrations.RunPython.noop),
        RetryableAddIndex("order", models.Index(fields=["reply_to"], name="order_reply_to")),
    ]
