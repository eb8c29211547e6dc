import core.db
import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("waitingroom", "0001_initial"),
        ("waitingroom", "0002_minutes_to_buy"),
        ("waitingroom", "0003_remind_of_drops"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="DropReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.db.UUIDv7(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="catalog.collection",
                        verbose_name="collection",
                    ),
                ),
            ],
            options={
                "verbose_name": "drop reminder",
                "verbose_name_plural": "drop reminders",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("collection", "email"), name="drop_reminder_once"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="8fd9a704488ff9cc49e0af54920ade35d3aabaa4",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_5a23a",
                            table="waitingroom_dropreminder",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingRoom",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.db.UUIDv7(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("paused", "paused"), ("closed", "closed")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "admissions_per_minute",
                    models.PositiveIntegerField(default=120, verbose_name="admissions per minute"),
                ),
                (
                    "opens_minutes_before",
                    models.PositiveIntegerField(default=15, verbose_name="opens, minutes before"),
                ),
                (
                    "pass_minutes",
                    models.PositiveIntegerField(
                        db_default=10,
                        default=10,
                        help_text="For each who is let in.",
                        verbose_name="minutes to buy",
                    ),
                ),
                (
                    "collection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting_room",
                        to="catalog.collection",
                        verbose_name="collection",
                    ),
                ),
            ],
            options={
                "verbose_name": "waiting room",
                "verbose_name_plural": "waiting rooms",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="1a62040a5269eef1fcba07d969e1cb3d2c9c041f",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_5d819",
                            table="waitingroom_waitingroom",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "paused", "closed"])),
                        name="waiting_room_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("admissions_per_minute__gt", 0)),
                        name="waiting_room_admits_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pass_minutes__gt", 0)),
                        name="waiting_room_leaves_time_to_buy",
                    ),
                ],
            },
        ),
    ]
