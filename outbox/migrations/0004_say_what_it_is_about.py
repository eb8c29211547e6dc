from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_find_what_was_delivered")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="context",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()), default=dict, editable=False
            ),
        ),
    ]
