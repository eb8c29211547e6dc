"""A changed order may have one document after another: built beside a running shop's traffic."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY fiscal_revision_once
ON invoicing_fiscaldocument (order_id, revision)
WHERE corrects_id IS NULL
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("invoicing", "0007_name_the_tax")]

    operations = [
        migrations.AddField(
            model_name="fiscaldocument",
            name="revision",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="revision"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fiscaldocument',
            trigger=pgtrigger.compiler.Trigger(name='one_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.corrects_id IS NULL)', func="\n                    IF EXISTS (SELECT FROM invoicing_fiscaldocument sale\n                        WHERE sale.order_id = NEW.order_id AND sale.corrects_id IS NULL\n                        AND sale.total > (SELECT coalesce(sum(total), 0)\n                            FROM invoicing_fiscaldocument note WHERE note.corrects_id = sale.id))\n                    THEN\n                        RAISE EXCEPTION 'the order has a document that stands'\n                            USING ERRCODE = 'check_violation',\n                                CONSTRAINT = 'fiscal_once_per_order';\n                    END IF;\n                    RETURN NEW;\n                ", hash='6e59a2ed1a81f5e33b24decdb08c954829401285', operation='INSERT', pgid='pgtrigger_one_stands_a9fc2', table='invoicing_fiscaldocument', when='BEFORE')),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    CREATE, "DROP INDEX CONCURRENTLY IF EXISTS fiscal_revision_once"
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="fiscaldocument",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(corrects=None),
                        fields=["order", "revision"],
                        name="fiscal_revision_once",
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint(
            model_name="fiscaldocument", name="fiscal_once_per_order"
        ),
    ]
