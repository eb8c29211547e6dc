from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.core.validators import RegexValidator
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import CurrencyField, MoneyField


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Complaint",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("claim", "claim: about the product or service itself"), ("grievance", "grievance: about how you were treated")],
                            max_length=10,
                            verbose_name="kind",
                        ),
                    ),
                    ("name", models.CharField(max_length=200, verbose_name="name and surname")),
                    ("document_type", models.CharField(max_length=10, verbose_name="document")),
                    ("document_number", models.CharField(max_length=20, verbose_name="document number")),
                    ("address", models.CharField(max_length=255, verbose_name="address")),
                    ("phone", models.CharField(max_length=30, verbose_name="phone")),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                    ("guardian", models.CharField(blank=True, max_length=200, verbose_name="father, mother or guardian")),
                    ("ordered", models.CharField(choices=[("product", "product"), ("service", "service")], max_length=10, verbose_name="what it is about")),
                    ("order_number", models.CharField(blank=True, max_length=30, verbose_name="order number")),
                    ("amount", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="amount claimed")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("description", models.TextField(verbose_name="description of the product or service")),
                    ("detail", models.TextField(verbose_name="what happened")),
                    ("request", models.TextField(verbose_name="what you ask for")),
                    ("language", models.CharField(max_length=10, verbose_name="language")),
                    ("due_on", models.DateField(verbose_name="answer due")),
                    ("copied_at", models.DateTimeField(editable=False, null=True, verbose_name="copy sent")),
                    ("answer", models.TextField(blank=True, verbose_name="answer")),
                    ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                    (
                        "answered_by",
                        models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="answered by"),
                    ),
                    ("answer_mailed_at", models.DateTimeField(editable=False, null=True, verbose_name="answer sent")),
                ],
                options={
                    "verbose_name": "complaint",
                    "verbose_name_plural": "complaints book",
                    "indexes": [models.Index(condition=models.Q(("answered_at", None)), fields=["due_on"], name="complaint_open")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("kind__in", ["claim", "grievance"])), name="complaint_kind_known"),
                        models.CheckConstraint(condition=models.Q(("ordered__in", ["product", "service"])), name="complaint_ordered_known"),
                        models.CheckConstraint(condition=models.Q(("number__regex", "^LR-[0-9]{4}-[0-9]{6}$")), name="complaint_number_shape"),
                        models.CheckConstraint(
                            condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                            name="complaint_amount",
                            violation_error_message="An amount is never below zero.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer", ""), ("answered_at", None)),
                                models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="complaint_answer_complete",
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="complaints_complaint",
                                pgid="pgtrigger_touch_e6f03",
                                hash="cc87a56168e55350bbf72e37f215b0ab36f81346",
                            ),
                        ),
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="complaints_complaint",
                                pgid="pgtrigger_undeletable_053a3",
                                hash="a1c3269e57e69891331ea8eeeca2afe704ac4489",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="complaints_complaint",
                                pgid="pgtrigger_untruncatable_8b40e",
                                hash="c18be7e7d6123453279645ab5b30b6d975fd5174",
                            ),
                        ),
                        Trigger(
                            name="as_written",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition=(
                                    'WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."created_at" IS '
                                    'DISTINCT FROM (NEW."created_at") OR OLD."number" IS DISTINCT FROM '
                                    '(NEW."number") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" '
                                    'IS DISTINCT FROM (NEW."name") OR OLD."document_type" IS DISTINCT FROM '
                                    '(NEW."document_type") OR OLD."document_number" IS DISTINCT FROM '
                                    '(NEW."document_number") OR OLD."address" IS DISTINCT FROM (NEW."address") '
                                    'OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."email" IS DISTINCT '
                                    'FROM (NEW."email") OR OLD."guardian" IS DISTINCT FROM (NEW."guardian") OR '
                                    'OLD."ordered" IS DISTINCT FROM (NEW."ordered") OR OLD."order_number" IS '
                                    'DISTINCT FROM (NEW."order_number") OR OLD."amount" IS DISTINCT FROM '
                                    '(NEW."amount") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR '
                                    'OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."detail" IS '
                                    'DISTINCT FROM (NEW."detail") OR OLD."request" IS DISTINCT FROM '
                                    '(NEW."request") OR OLD."language" IS DISTINCT FROM (NEW."language") OR '
                                    'OLD."due_on" IS DISTINCT FROM (NEW."due_on"))'
                                ),
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="complaints_complaint",
                                pgid="pgtrigger_as_written_240fc",
                                hash="5dd1296deccadc0d0b0e8bdd1b0f8d1fe7b45917",
                            ),
                        ),
                        Trigger(
                            name="answered_once",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='UPDATE OF "answer", "answered_at", "answered_by_id"',
                                condition='WHEN (OLD."answered_at" IS NOT NULL)',
                                func=(
                                    'RAISE EXCEPTION \'pgtrigger: Cannot update of "answer", "answered_at", '
                                    '"answered_by_id" rows from % table\', TG_TABLE_NAME;'
                                ),
                                table="complaints_complaint",
                                pgid="pgtrigger_answered_once_391ea",
                                hash="e85002a6765f0b13c5da7d7d1a707c08567da531",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ComplaintYear",
                fields=[("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)), ("last", models.PositiveIntegerField())],
            ),
        )
    ]
