from django.contrib.postgres.functions import TransactionNow
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions.math import Round
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import CurrencyField, MoneyField
from core.database.sql_files import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("orders", "0001_initial"), ("payments", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Series",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("code", models.CharField(max_length=10, unique=True, verbose_name="series")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("receipt", "boleta"), ("invoice", "factura"), ("credit_note", "credit note")], max_length=15, verbose_name="document"
                        ),
                    ),
                    ("last_number", models.PositiveIntegerField(default=0, editable=False, verbose_name="last number")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "series",
                    "verbose_name_plural": "series",
                    "constraints": [models.CheckConstraint(condition=models.Q(("kind__in", ["receipt", "invoice", "credit_note"])), name="series_kind_known")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="invoicing_series",
                                pgid="pgtrigger_touch_ac66b",
                                hash="78af43b2b502790599e006cd27c5d552bf7bdc6b",
                            ),
                        ),
                        Trigger(
                            name="one_by_one",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition=(
                                    "WHEN (NEW.last_number NOT IN (OLD.last_number, OLD.last_number + 1) OR "
                                    "(OLD.last_number > 0 AND (NEW.code, NEW.kind) IS DISTINCT FROM (OLD.code, "
                                    "OLD.kind)))"
                                ),
                                func=read_sql("invoicing", "series_one_by_one"),
                                table="invoicing_series",
                                pgid="pgtrigger_one_by_one_731b1",
                                hash="e2c2ff6c8fefae0002d311ec315d2b9f9ca8e8a5",
                            ),
                        ),
                        Trigger(
                            name="without_gaps",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT OR UPDATE",
                                constraint="CONSTRAINT",
                                timing="DEFERRABLE INITIALLY DEFERRED",
                                condition="WHEN (NEW.last_number > 0)",
                                func=read_sql("invoicing", "series_without_gaps"),
                                table="invoicing_series",
                                pgid="pgtrigger_without_gaps_ea711",
                                hash="e75ff7ef56dc4699bfcc9046882073be64c3393f",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FiscalDocument",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("series", models.ForeignKey(on_delete=models.PROTECT, related_name="documents", to="invoicing.series", verbose_name="series")),
                    ("sequence", models.PositiveIntegerField(verbose_name="number in the series")),
                    ("number", models.CharField(db_default="", max_length=20, verbose_name="number")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("receipt", "boleta"), ("invoice", "factura"), ("credit_note", "credit note")], max_length=15, verbose_name="document"
                        ),
                    ),
                    ("order", models.ForeignKey(on_delete=models.PROTECT, related_name="fiscal_documents", to="orders.order", verbose_name="order")),
                    (
                        "refund",
                        models.OneToOneField(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="credit_note", to="payments.refund", verbose_name="refund"
                        ),
                    ),
                    ("revision", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name="revision")),
                    (
                        "corrects",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="corrections", to="invoicing.fiscaldocument", verbose_name="corrects"
                        ),
                    ),
                    ("reason", models.CharField(blank=True, db_default="", max_length=255, verbose_name="reason")),
                    ("issuer_name", models.CharField(blank=True, db_default="", max_length=255, verbose_name="issuer")),
                    ("issuer_tax_id", models.CharField(blank=True, db_default="", max_length=20, verbose_name="tax number")),
                    ("issuer_address", models.CharField(blank=True, db_default="", max_length=500, verbose_name="issuer's address")),
                    ("customer_name", models.CharField(max_length=255, verbose_name="customer")),
                    ("customer_document_type", models.CharField(blank=True, db_default="", max_length=10, verbose_name="document")),
                    ("customer_document", models.CharField(blank=True, max_length=20, verbose_name="document number")),
                    ("customer_address", models.CharField(blank=True, max_length=500, verbose_name="address")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("tax_name", models.CharField(blank=True, db_default="IGV", max_length=50, verbose_name="name of the tax")),
                    ("net", MoneyField(decimal_places=2, max_digits=12, verbose_name="net")),
                    ("tax", MoneyField(decimal_places=2, max_digits=12, verbose_name="tax")),
                    ("total", MoneyField(decimal_places=2, max_digits=12, verbose_name="total")),
                    ("lines", models.JSONField(default=list, verbose_name="lines")),
                    ("issued_at", models.DateTimeField(verbose_name="issued")),
                ],
                options={
                    "verbose_name": "fiscal document",
                    "verbose_name_plural": "fiscal documents",
                    "constraints": [
                        models.UniqueConstraint(fields=("series", "sequence"), name="fiscal_number_once"),
                        models.CheckConstraint(condition=models.Q(("kind__in", ["receipt", "invoice", "credit_note"])), name="fiscal_kind_known"),
                        models.CheckConstraint(condition=models.Q(("total", CombinedExpression(models.F("net"), "+", models.F("tax")))), name="fiscal_adds_up"),
                        models.CheckConstraint(condition=models.Q(("sequence__gt", 0)), name="fiscal_number_positive"),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("kind", "credit_note"), _negated=True), ("corrects__isnull", False), _connector="OR"),
                            name="fiscal_credit_note_corrects",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind", "credit_note"), models.Q(("corrects", None), ("refund", None)), _connector="OR"),
                            name="fiscal_only_credit_notes_correct",
                        ),
                        models.CheckConstraint(condition=models.Q(("net__gte", 0), ("tax__gte", 0)), name="fiscal_not_negative"),
                        models.UniqueConstraint(condition=models.Q(("corrects", None)), fields=("order", "revision"), name="fiscal_revision_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                models.Q(
                                    models.Q(("net", Round(models.F("net"))), ("net__isnull", True), _connector="OR"),
                                    models.Q(("tax", Round(models.F("tax"))), ("tax__isnull", True), _connector="OR"),
                                    models.Q(("total", Round(models.F("total"))), ("total__isnull", True), _connector="OR"),
                                ),
                                _connector="OR",
                            ),
                            name="fiscal_whole_amounts",
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
                                table="invoicing_fiscaldocument",
                                pgid="pgtrigger_touch_190de",
                                hash="4308589243817f59915bcf15f2cd089129a975fd",
                            ),
                        ),
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE OR DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                table="invoicing_fiscaldocument",
                                pgid="pgtrigger_append_only_8b9a0",
                                hash="70a89e3096c593ae78fa6637de8eacc2e89d0a92",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="invoicing_fiscaldocument",
                                pgid="pgtrigger_untruncatable_7cab0",
                                hash="c782b8fd7719ddaecadbd759d6da42bfb671b940",
                            ),
                        ),
                        Trigger(
                            name="next_of_its_series",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="INSERT",
                                declare="DECLARE series invoicing_series%ROWTYPE;",
                                func=read_sql("invoicing", "document_next_of_its_series"),
                                table="invoicing_fiscaldocument",
                                pgid="pgtrigger_next_of_its_series_6cab5",
                                hash="748df27780fe33ecdd2f9e6bfe3fb6616f2befd7",
                            ),
                        ),
                        Trigger(
                            name="one_stands",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="INSERT",
                                condition="WHEN (NEW.corrects_id IS NULL)",
                                func=read_sql("invoicing", "document_one_stands"),
                                table="invoicing_fiscaldocument",
                                pgid="pgtrigger_one_stands_a9fc2",
                                hash="518537a7f2047bc3c5aadc356181978bc5fff289",
                            ),
                        ),
                        Trigger(
                            name="credits_no_more",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="INSERT",
                                condition="WHEN (NEW.corrects_id IS NOT NULL)",
                                declare=("DECLARE original invoicing_fiscaldocument%ROWTYPE; credited invoicing_fiscaldocument.total%TYPE;"),
                                func=read_sql("invoicing", "document_credits_no_more"),
                                table="invoicing_fiscaldocument",
                                pgid="pgtrigger_credits_no_more_5b244",
                                hash="3d09840eab23ba6c47fe90c8c65dc864fd8e8a86",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Submission",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "document",
                        models.OneToOneField(
                            on_delete=models.PROTECT, related_name="submission", to="invoicing.fiscaldocument", verbose_name="fiscal document"
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "waiting"), ("pending", "pending"), ("accepted", "accepted"), ("rejected", "rejected")],
                            default="waiting",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("reference", models.CharField(blank=True, max_length=255, verbose_name="reference")),
                    ("error", models.CharField(blank=True, max_length=255, verbose_name="error")),
                ],
                options={
                    "verbose_name": "submission",
                    "verbose_name_plural": "submissions",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("state__in", ["waiting", "pending", "accepted", "rejected"])), name="submission_state_known")
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="invoicing_submission",
                                pgid="pgtrigger_touch_19532",
                                hash="56b1e6a983b8654cc4dff708638d298238c0e95e",
                            ),
                        ),
                        Trigger(
                            name="state_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{pending:accepted,'
                                    "pending:rejected,rejected:waiting,waiting:accepted,waiting:pending,"
                                    "waiting:rejected}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM '
                                    'NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "state" from "%" to "%" on table %\', OLD."state", NEW."state", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="invoicing_submission",
                                pgid="pgtrigger_state_steps_d7c36",
                                hash="9fed9a60e2a7ae84f9ce38a7b637c0c76eef0a10",
                            ),
                        ),
                    ],
                },
            ),
        )
    ]
