from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="SavedList",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="saved_lists", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("rows", models.CharField(max_length=100, verbose_name="list")),
                    ("name", models.CharField(max_length=60, verbose_name="name")),
                    ("query", models.CharField(max_length=1000, verbose_name="filter")),
                    ("is_shared", models.BooleanField(default=False, verbose_name="for colleagues too")),
                ],
                options={
                    "verbose_name": "saved list",
                    "verbose_name_plural": "saved lists",
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["rows", "name"], name="saved_list_of_rows")],
                    "constraints": [models.UniqueConstraint(fields=("user", "rows", "name"), name="saved_list_name_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="backoffice_savedlist",
                                pgid="pgtrigger_touch_93d21",
                                hash="9831edcba863edc9d31c502cbbb9abce7292cd62",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BulkAction",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("claimed_until", models.DateTimeField(null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("user", models.ForeignKey(null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="asked by")),
                    ("rows", models.CharField(max_length=100, verbose_name="list")),
                    ("action", models.CharField(max_length=100, verbose_name="action")),
                    ("given", models.TextField(blank=True)),
                    ("back", models.TextField()),
                    ("language", models.CharField(max_length=10)),
                    ("total", models.PositiveIntegerField(verbose_name="rows")),
                    ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                    ("stopped", models.TextField(blank=True)),
                ],
                options={
                    "verbose_name": "bulk action",
                    "verbose_name_plural": "bulk actions",
                    "default_permissions": ("view",),
                    "indexes": [
                        models.Index(condition=models.Q(("finished_at__isnull", True)), fields=["updated_at"], name="bulk_action_waiting"),
                        models.Index(fields=["user", "rows"], name="bulk_action_of_list"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("stopped", ""), ("finished_at__isnull", False), _connector="OR"), name="bulk_action_stopped_is_finished"
                        )
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="backoffice_bulkaction",
                                pgid="pgtrigger_touch_59774",
                                hash="88c2d8ed2d88d20b8078fb90ce1b0bb900a55c7e",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BulkRow",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("bulk_action", models.ForeignKey(on_delete=models.CASCADE, related_name="left", to="backoffice.bulkaction")),
                    ("key", models.CharField(max_length=100)),
                    ("refusal", models.TextField(blank=True)),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(condition=models.Q(("refusal", "")), fields=["bulk_action", "id"], name="bulk_row_waiting")],
                },
            ),
            migrations.CreateModel(
                name="Alert",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=100, unique=True)),
                    ("told_at", models.DateTimeField(null=True)),
                ],
                options={
                    "verbose_name": "alert",
                    "verbose_name_plural": "alerts",
                    "default_permissions": (),
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="backoffice_alert",
                                pgid="pgtrigger_touch_40450",
                                hash="ac813991f73629a0d2bf4cda676b974af9ff0ca4",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Backup",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("size", models.BigIntegerField(verbose_name="bytes")),
                ],
                options={
                    "verbose_name": "backup",
                    "verbose_name_plural": "backups",
                    "default_permissions": (),
                    "constraints": [models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="backup_not_empty")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="backoffice_backup",
                                pgid="pgtrigger_touch_8b4c1",
                                hash="7975cfde592307d757a4c7e2741a993c83d7d1b3",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
