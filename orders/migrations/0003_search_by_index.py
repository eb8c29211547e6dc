from django.db import migrations

from core.db import searched
from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """The shop goes on selling while its rows are indexed."""

    atomic = False
    dependencies = [("orders", "0002_order_number_sequence")]
    operations = [
        AddIndexAnew("order", searched("number", "order_number_searched")),
        AddIndexAnew("order", searched("email", "order_email_searched")),
        AddIndexAnew("orderline", searched("sku", "order_line_sku_searched")),
    ]
