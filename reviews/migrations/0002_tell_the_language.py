from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="language",
            field=models.CharField(
                blank=True,
                db_default="",
                editable=False,
                max_length=10,
                verbose_name="language",
            ),
        ),
    ]
