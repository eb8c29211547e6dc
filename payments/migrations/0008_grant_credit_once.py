from django.db import migrations, models
from django.db.models import Q

GRANTED = """
CREATE UNIQUE INDEX CONCURRENTLY store_credit_granted_once ON payments_storecredit (reference)
WHERE reference IS NOT NULL
"""
ENTRY = """
CREATE UNIQUE INDEX CONCURRENTLY store_credit_entry_once
ON payments_storecreditentry (credit_id, kind, reference) WHERE reference IS NOT NULL
"""


class Migration(migrations.Migration):
    """Both indexes are made while the shop runs."""

    atomic = False

    dependencies = [("payments", "0007_store_credit")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    GRANTED, "DROP INDEX CONCURRENTLY IF EXISTS store_credit_granted_once"
                ),
                migrations.RunSQL(
                    ENTRY, "DROP INDEX CONCURRENTLY IF EXISTS store_credit_entry_once"
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="storecredit",
                    constraint=models.UniqueConstraint(
                        fields=["reference"],
                        condition=Q(reference__isnull=False),
                        name="store_credit_granted_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="storecreditentry",
                    constraint=models.UniqueConstraint(
                        fields=["credit", "kind", "reference"],
                        condition=Q(reference__isnull=False),
                        name="store_credit_entry_once",
                    ),
                ),
            ],
        )
    ]
