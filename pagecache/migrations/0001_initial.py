from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions.datetime import Now

from core.database.sql_files import run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parts", ArrayField(base_field=models.TextField(), size=None)),
                ("noted_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        run_sql("pagecache", "note_change", "DROP FUNCTION pagecache_note_change"),
    ]
