from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

from core.db import searched


class Migration(migrations.Migration):
    """The shop goes on selling while its rows are indexed."""

    atomic = False
    dependencies = [("orders", "0002_order_number_sequence")]
    operations = [
        AddIndexConcurrently("order", searched("number", "order_number_searched")),
        AddIndexConcurrently("order", searched("email", "order_email_searched")),
        AddIndexConcurrently("orderline", searched("sku", "order_line_sku_searched")),
    ]
