from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Concat

from core.indexes import AddIndexAnew


class Migration(migrations.Migration):
    """Staff find people by any part of a name or an address. Nobody waits for the index."""

    atomic = False

    dependencies = [
        ("accounts", "0005_let_shops_change_roles"),
        ("core", "0001_extensions"),
    ]

    operations = [
        AddIndexAnew(
            model_name="user",
            index=GinIndex(
                OpClass(
                    models.Func(
                        Concat(
                            models.F("first_name"),
                            models.Value(" "),
                            models.F("last_name"),
                            models.Value(" "),
                            models.F("email"),
                            output_field=models.TextField(),
                        ),
                        function="plain_text",
                    ),
                    name="gin_trgm_ops",
                ),
                name="user_who_trigrams",
            ),
        ),
    ]
