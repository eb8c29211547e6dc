"""No two variants have one GTIN: built beside a running shop's traffic."""

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY variant_gtin_once ON catalog_variant (gtin)
WHERE NOT (gtin = '')
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0007_number_under_the_bars")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE, "DROP INDEX CONCURRENTLY IF EXISTS variant_gtin_once")
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="variant",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("gtin", ""), _negated=True),
                        fields=("gtin",),
                        name="variant_gtin_once",
                        violation_error_message="Another variant has this GTIN.",
                    ),
                )
            ],
        ),
    ]
