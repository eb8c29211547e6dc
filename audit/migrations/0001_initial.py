from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions.text import Upper

from audit.values import ExactDecoder
from core.database.models import UUIDv7
from core.database.sql_files import run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0001_initial"),
        ("complaints", "0001_initial"),
        ("constance", "0003_drop_pickle"),
        ("inventory", "0001_initial"),
        ("invoicing", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("orders", "0001_initial"),
        ("payments", "0001_initial"),
        ("payouts", "0001_initial"),
        ("promotions", "0001_initial"),
        ("purchasing", "0001_initial"),
        ("returns", "0001_initial"),
        ("reviews", "0001_initial"),
        ("shipping", "0001_initial"),
        ("storefront", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                run_sql("audit", "audit_entry", "DROP TABLE audit_entry; DROP FUNCTION audit_keep, audit_keep_rows"),
                run_sql("audit", "audit_months", "DROP FUNCTION audit_create_ahead, audit_drop_before, audit_floor"),
                run_sql("audit", "audit_write", "DROP FUNCTION audit_write CASCADE; DROP FUNCTION audit_watch"),
                run_sql("audit", "audit_erase", "DROP FUNCTION audit_erase"),
                run_sql("audit", "watched_tables"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "action",
                            models.CharField(
                                choices=[("created", "created"), ("changed", "changed"), ("deleted", "deleted")], max_length=10, verbose_name="action"
                            ),
                        ),
                        ("table", models.TextField(verbose_name="table")),
                        ("object_id", models.TextField(verbose_name="key")),
                        ("parent_id", models.TextField(null=True, verbose_name="belongs to")),
                        ("label", models.TextField(verbose_name="name")),
                        ("changes", models.JSONField(decoder=ExactDecoder, verbose_name="changes")),
                        ("actor_id", models.UUIDField(null=True, verbose_name="person")),
                        ("impersonator_id", models.UUIDField(null=True, verbose_name="acting for the person")),
                        ("ip", models.GenericIPAddressField(null=True, verbose_name="IP address")),
                        ("origin", models.TextField(verbose_name="from")),
                    ],
                    options={
                        "verbose_name": "audit entry",
                        "verbose_name_plural": "audit log",
                        "db_table": "audit_entry",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["object_id"], name="audit_object"),
                            models.Index(fields=["table", "id"], name="audit_table"),
                            models.Index(condition=models.Q(("action", "deleted")), fields=["id"], name="audit_deleted"),
                            models.Index(OpClass(Upper("label"), name="text_pattern_ops"), name="audit_label"),
                            models.Index(condition=models.Q(("parent_id__isnull", False)), fields=["parent_id"], name="audit_parent"),
                            models.Index(condition=models.Q(("actor_id__isnull", False)), fields=["actor_id", "id"], name="audit_actor"),
                            models.Index(condition=models.Q(("ip__isnull", False)), fields=["ip", "id"], name="audit_ip"),
                        ],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("action__in", ["created", "changed", "deleted"])), name="audit_action_known")
                        ],
                    },
                )
            ],
        )
    ]
