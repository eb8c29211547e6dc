from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_tables")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE order_number", "DROP SEQUENCE order_number"),
        migrations.RunSQL("CREATE SEQUENCE payment_number", "DROP SEQUENCE payment_number"),
    ]
