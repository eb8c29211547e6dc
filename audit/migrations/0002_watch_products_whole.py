from django.db import migrations

from core.database.sql_files import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("catalog", "0001_initial"),
    ]

    operations = [run_sql("audit", "products_whole")]
