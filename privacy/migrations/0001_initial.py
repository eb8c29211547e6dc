from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.models import UUIDv7


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PrivacyRequest",
            fields=[
                ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                ("kind", models.CharField(choices=[("export", "copy of the data"), ("erasure", "erasure")], max_length=10, verbose_name="kind")),
                ("fingerprint", models.CharField(editable=False, max_length=64, verbose_name="fingerprint of the address")),
                (
                    "user",
                    models.ForeignKey(
                        editable=False, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="account"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(editable=False, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"),
                ),
                ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                ("rows", models.JSONField(default=dict, editable=False, verbose_name="rows")),
            ],
            options={
                "verbose_name": "privacy request",
                "verbose_name_plural": "privacy requests",
                "indexes": [models.Index(fields=["fingerprint"], name="privacy_request_person")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["export", "erasure"])), name="privacy_request_kind_known"),
                    models.CheckConstraint(
                        condition=models.Q(("made_by", None), models.Q(("reason", ""), _negated=True), _connector="OR"), name="privacy_request_staff_reason"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="undeletable",
                        sql=UpsertTriggerSql(
                            when="BEFORE",
                            operation="DELETE",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            table="privacy_privacyrequest",
                            pgid="pgtrigger_undeletable_7ba55",
                            hash="e8d69ae0eea186c6ba2c5bfd1558671f97e7e989",
                        ),
                    ),
                    Trigger(
                        name="untruncatable",
                        sql=UpsertTriggerSql(
                            when="BEFORE",
                            operation="TRUNCATE",
                            level="STATEMENT",
                            func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                            table="privacy_privacyrequest",
                            pgid="pgtrigger_untruncatable_a40fb",
                            hash="74ca356bb1bedf1ec06b47ee511553475a6242fb",
                        ),
                    ),
                    Trigger(
                        name="append_only",
                        sql=UpsertTriggerSql(
                            when="BEFORE",
                            operation="UPDATE",
                            condition="WHEN (current_setting('shop.erasing', true) IS DISTINCT FROM 'on')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            table="privacy_privacyrequest",
                            pgid="pgtrigger_append_only_bd8be",
                            hash="2572e8e7d491a043f84333854a36a16321016649",
                        ),
                    ),
                    Trigger(
                        name="keeps_the_rest",
                        sql=UpsertTriggerSql(
                            when="BEFORE",
                            operation="UPDATE",
                            condition=(
                                'WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."created_at" IS '
                                'DISTINCT FROM (NEW."created_at") OR OLD."updated_at" IS DISTINCT FROM '
                                '(NEW."updated_at") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR '
                                'OLD."fingerprint" IS DISTINCT FROM (NEW."fingerprint") OR OLD."user_id" '
                                'IS DISTINCT FROM (NEW."user_id") OR OLD."made_by_id" IS DISTINCT FROM '
                                '(NEW."made_by_id") OR OLD."rows" IS DISTINCT FROM (NEW."rows"))'
                            ),
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            table="privacy_privacyrequest",
                            pgid="pgtrigger_keeps_the_rest_5e301",
                            hash="8c6962a099eeedefb706676a269bcf1c6ca36bc9",
                        ),
                    ),
                ],
            },
        )
    ]
