from django.db import migrations

from core.db import searched
from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """The shop goes on selling while its rows are indexed."""

    atomic = False
    dependencies = [("payments", "0002_find_by_transaction")]
    operations = [
        AddIndexAnew("payment", searched("number", "payment_number_searched")),
        AddIndexAnew("payment", searched("gateway_id", "payment_gateway_id_searched")),
        AddIndexAnew("payment", searched("gateway_reference", "payment_reference_searched")),
    ]
