from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7


class Migration(migrations.Migration):
    initial = True

    dependencies = [("catalog", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="DropReminder",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("collection", models.ForeignKey(on_delete=models.CASCADE, related_name="reminders", to="catalog.collection", verbose_name="collection")),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                    ("language", models.CharField(max_length=10, verbose_name="language")),
                ],
                options={
                    "verbose_name": "drop reminder",
                    "verbose_name_plural": "drop reminders",
                    "constraints": [models.UniqueConstraint(fields=("collection", "email"), name="drop_reminder_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="waitingroom_dropreminder",
                                pgid="pgtrigger_touch_5a23a",
                                hash="8fd9a704488ff9cc49e0af54920ade35d3aabaa4",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="WaitingRoom",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "collection",
                        models.OneToOneField(on_delete=models.CASCADE, related_name="waiting_room", to="catalog.collection", verbose_name="collection"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("open", "open"), ("paused", "paused"), ("closed", "closed")], default="open", max_length=10, verbose_name="state"
                        ),
                    ),
                    ("admissions_per_minute", models.PositiveIntegerField(default=120, verbose_name="admissions per minute")),
                    ("opens_minutes_before", models.PositiveIntegerField(default=15, verbose_name="opens, minutes before")),
                    (
                        "pass_minutes",
                        models.PositiveIntegerField(db_default=10, default=10, help_text="For each who is let in.", verbose_name="minutes to buy"),
                    ),
                ],
                options={
                    "verbose_name": "waiting room",
                    "verbose_name_plural": "waiting rooms",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("state__in", ["open", "paused", "closed"])), name="waiting_room_state_known"),
                        models.CheckConstraint(condition=models.Q(("admissions_per_minute__gt", 0)), name="waiting_room_admits_somebody"),
                        models.CheckConstraint(condition=models.Q(("pass_minutes__gt", 0)), name="waiting_room_leaves_time_to_buy"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="waitingroom_waitingroom",
                                pgid="pgtrigger_touch_5d819",
                                hash="1a62040a5269eef1fcba07d969e1cb3d2c9c041f",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
