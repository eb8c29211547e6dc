from django.contrib.postgres.functions import TransactionNow
from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations, models
from django.db.models.functions.datetime import Now
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.models import UUIDv7
from core.database.sql_files import run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                ("event", models.CharField(max_length=200, verbose_name="event")),
                ("payload", models.JSONField(encoder=DjangoJSONEncoder, verbose_name="payload")),
                ("context", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False)),
                ("handler", models.CharField(max_length=200, verbose_name="handler")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("due_at", models.DateTimeField(db_default=Now(), verbose_name="due at")),
                ("delivered_at", models.DateTimeField(editable=False, null=True, verbose_name="delivered at")),
                ("given_up_at", models.DateTimeField(editable=False, null=True, verbose_name="given up at")),
                ("error", models.TextField(blank=True, verbose_name="error")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [
                    models.Index(condition=models.Q(("delivered_at", None), ("given_up_at", None)), fields=["due_at", "id"], name="outbox_waiting"),
                    models.Index(
                        condition=models.Q(("attempts", 0), ("delivered_at", None), ("given_up_at", None)), fields=["due_at", "id"], name="outbox_untried"
                    ),
                    models.Index(condition=models.Q(("given_up_at__isnull", False)), fields=["given_up_at"], name="outbox_dead_letters"),
                    models.Index(condition=models.Q(("delivered_at__isnull", False)), fields=["delivered_at"], name="outbox_delivered"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("delivered_at", None), ("given_up_at", None), _connector="OR"), name="outbox_one_ending")
                ],
                "triggers": [
                    Trigger(
                        name="touch",
                        sql=UpsertTriggerSql(
                            when="BEFORE",
                            operation="UPDATE",
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            table="outbox_message",
                            pgid="pgtrigger_touch_2399d",
                            hash="f73e2a6e9b62140c5ffd3a75384dd02cc6ab719e",
                        ),
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[run_sql("outbox", "outbox_history", "DROP TABLE outbox_history")],
            state_operations=[
                migrations.CreateModel(
                    name="DeliveredMessage",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                        ("event", models.CharField(max_length=200, verbose_name="event")),
                        ("payload", models.JSONField(encoder=DjangoJSONEncoder, verbose_name="payload")),
                        ("handler", models.CharField(max_length=200, verbose_name="handler")),
                        ("attempts", models.PositiveSmallIntegerField(verbose_name="attempts")),
                        ("delivered_at", models.DateTimeField(verbose_name="delivered at")),
                    ],
                    options={"verbose_name": "delivered message", "verbose_name_plural": "delivered messages", "db_table": "outbox_history"},
                )
            ],
        ),
    ]
