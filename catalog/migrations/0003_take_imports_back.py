import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_first_rows")]

    operations = [
        migrations.AddField(
            model_name="sheetimport",
            name="undoes",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="undone_by",
                to="catalog.sheetimport",
            ),
        ),
        migrations.AddField(
            model_name="sheetrow",
            name="before",
            field=models.JSONField(db_default=Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="sheetrow",
            name="makes_product",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
