import core.db
import core.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("invoicing", "0001_initial"),
        ("invoicing", "0002_initial"),
        ("invoicing", "0003_touch_documents"),
        ("invoicing", "0004_keep_what_is_issued"),
        ("invoicing", "0005_issue_once_per_order"),
        ("invoicing", "0006_hand_documents_to_a_provider"),
        ("invoicing", "0007_name_the_tax"),
        ("invoicing", "0008_replace_documents_of_changed_orders"),
    ]

    initial = True

    dependencies = [
        ("orders", "0001_tables"),
        ("payments", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
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
                ("code", models.CharField(max_length=10, unique=True, verbose_name="series")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "boleta"),
                            ("invoice", "factura"),
                            ("credit_note", "credit note"),
                        ],
                        max_length=15,
                        verbose_name="document",
                    ),
                ),
                (
                    "last_number",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="last number"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "series",
                "verbose_name_plural": "series",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["receipt", "invoice", "credit_note"])),
                        name="series_kind_known",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="78af43b2b502790599e006cd27c5d552bf7bdc6b",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_ac66b",
                            table="invoicing_series",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="one_by_one",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.last_number NOT IN (OLD.last_number, OLD.last_number + 1) OR (OLD.last_number > 0 AND (NEW.code, NEW.kind) IS DISTINCT FROM (OLD.code, OLD.kind)))",
                            func="\n                    RAISE EXCEPTION 'a series counts one by one and keeps its code'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'series_one_by_one';\n                ",
                            hash="59e82ef3bb0c29d2c4607b891e595f759163f30d",
                            operation="UPDATE",
                            pgid="pgtrigger_one_by_one_731b1",
                            table="invoicing_series",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="without_gaps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.last_number > 0)",
                            constraint="CONSTRAINT",
                            func="\n                    IF NOT EXISTS (SELECT FROM invoicing_fiscaldocument\n                        WHERE series_id = NEW.id AND sequence = NEW.last_number)\n                    THEN\n                        RAISE EXCEPTION 'number % of the series has no document', NEW.last_number\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'series_without_gaps';\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="64cd63aa8822b4e37bcb2dbe81a641acc6ea9740",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_without_gaps_ea711",
                            table="invoicing_series",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FiscalDocument",
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
                ("sequence", models.PositiveIntegerField(verbose_name="number in the series")),
                ("number", models.CharField(db_default="", max_length=20, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "boleta"),
                            ("invoice", "factura"),
                            ("credit_note", "credit note"),
                        ],
                        max_length=15,
                        verbose_name="document",
                    ),
                ),
                (
                    "revision",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="revision"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, db_default="", max_length=255, verbose_name="reason"
                    ),
                ),
                (
                    "issuer_name",
                    models.CharField(
                        blank=True, db_default="", max_length=255, verbose_name="issuer"
                    ),
                ),
                (
                    "issuer_tax_id",
                    models.CharField(
                        blank=True, db_default="", max_length=20, verbose_name="tax number"
                    ),
                ),
                (
                    "issuer_address",
                    models.CharField(
                        blank=True, db_default="", max_length=500, verbose_name="issuer's address"
                    ),
                ),
                ("customer_name", models.CharField(max_length=255, verbose_name="customer")),
                (
                    "customer_document_type",
                    models.CharField(
                        blank=True, db_default="", max_length=10, verbose_name="document"
                    ),
                ),
                (
                    "customer_document",
                    models.CharField(blank=True, max_length=20, verbose_name="document number"),
                ),
                (
                    "customer_address",
                    models.CharField(blank=True, max_length=500, verbose_name="address"),
                ),
                (
                    "currency",
                    core.fields.CurrencyField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                        verbose_name="currency",
                    ),
                ),
                (
                    "tax_name",
                    models.CharField(
                        blank=True, db_default="IGV", max_length=50, verbose_name="name of the tax"
                    ),
                ),
                (
                    "net",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="net"),
                ),
                (
                    "tax",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="tax"),
                ),
                (
                    "total",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="total"),
                ),
                ("lines", models.JSONField(default=list, verbose_name="lines")),
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="invoicing.fiscaldocument",
                        verbose_name="corrects",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fiscal_documents",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_note",
                        to="payments.refund",
                        verbose_name="refund",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="invoicing.series",
                        verbose_name="series",
                    ),
                ),
            ],
            options={
                "verbose_name": "fiscal document",
                "verbose_name_plural": "fiscal documents",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="4308589243817f59915bcf15f2cd089129a975fd",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_190de",
                            table="invoicing_fiscaldocument",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="70a89e3096c593ae78fa6637de8eacc2e89d0a92",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_8b9a0",
                            table="invoicing_fiscaldocument",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="next_of_its_series",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE series invoicing_series%ROWTYPE;",
                            func="\n                    SELECT * INTO series FROM invoicing_series WHERE id = NEW.series_id;\n                    IF (NEW.kind, NEW.sequence, NEW.number) IS DISTINCT FROM (\n                        series.kind, series.last_number,\n                        series.code || '-' || lpad(NEW.sequence::text, 8, '0')\n                    ) THEN\n                        RAISE EXCEPTION 'the number is not the next of the series'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'fiscal_number_next';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="0156cf9f164c62b728c9e02914ce18a65881cb85",
                            operation="INSERT",
                            pgid="pgtrigger_next_of_its_series_6cab5",
                            table="invoicing_fiscaldocument",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="one_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.corrects_id IS NULL)",
                            func="\n                    IF EXISTS (SELECT FROM invoicing_fiscaldocument sale\n                        WHERE sale.order_id = NEW.order_id AND sale.corrects_id IS NULL\n                        AND sale.total > (SELECT coalesce(sum(total), 0)\n                            FROM invoicing_fiscaldocument note WHERE note.corrects_id = sale.id))\n                    THEN\n                        RAISE EXCEPTION 'the order has a document that stands'\n                            USING ERRCODE = 'check_violation',\n                                CONSTRAINT = 'fiscal_once_per_order';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="6e59a2ed1a81f5e33b24decdb08c954829401285",
                            operation="INSERT",
                            pgid="pgtrigger_one_stands_a9fc2",
                            table="invoicing_fiscaldocument",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="credits_no_more",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.corrects_id IS NOT NULL)",
                            declare="DECLARE original invoicing_fiscaldocument%ROWTYPE; credited invoicing_fiscaldocument.total%TYPE;",
                            func="\n                    SELECT * INTO original FROM invoicing_fiscaldocument\n                        WHERE id = NEW.corrects_id FOR UPDATE;\n                    SELECT coalesce(sum(total), 0) INTO credited FROM invoicing_fiscaldocument\n                        WHERE corrects_id = NEW.corrects_id;\n                    IF original.corrects_id IS NOT NULL\n                        OR (original.order_id, original.currency)\n                            IS DISTINCT FROM (NEW.order_id, NEW.currency)\n                        OR credited + NEW.total > original.total\n                    THEN\n                        RAISE EXCEPTION 'a credit note takes back no more than its document'\n                            USING ERRCODE = 'check_violation',\n                                CONSTRAINT = 'fiscal_credits_no_more';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="7e1151ec0d63c09615df377121ddad6828bfd80d",
                            operation="INSERT",
                            pgid="pgtrigger_credits_no_more_5b244",
                            table="invoicing_fiscaldocument",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "sequence"), name="fiscal_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["receipt", "invoice", "credit_note"])),
                        name="fiscal_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net"), "+", models.F("tax")
                                ),
                            )
                        ),
                        name="fiscal_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gt", 0)), name="fiscal_number_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "credit_note"), _negated=True),
                            ("corrects__isnull", False),
                            _connector="OR",
                        ),
                        name="fiscal_credit_note_corrects",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "credit_note"),
                            models.Q(("corrects", None), ("refund", None)),
                            _connector="OR",
                        ),
                        name="fiscal_only_credit_notes_correct",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("net__gte", 0), ("tax__gte", 0)),
                        name="fiscal_not_negative",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("corrects", None)),
                        fields=("order", "revision"),
                        name="fiscal_revision_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "currency__in",
                                    [
                                        "BIF",
                                        "CLP",
                                        "DJF",
                                        "GNF",
                                        "JPY",
                                        "KMF",
                                        "KRW",
                                        "PYG",
                                        "RWF",
                                        "VND",
                                        "VUV",
                                        "XAF",
                                        "XOF",
                                        "XPF",
                                    ],
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                models.Q(
                                    ("net", django.db.models.functions.math.Round(models.F("net"))),
                                    ("net__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("tax", django.db.models.functions.math.Round(models.F("tax"))),
                                    ("tax__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "total",
                                        django.db.models.functions.math.Round(models.F("total")),
                                    ),
                                    ("total__isnull", True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="fiscal_whole_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
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
                        choices=[
                            ("waiting", "waiting"),
                            ("pending", "pending"),
                            ("accepted", "accepted"),
                            ("rejected", "rejected"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=255, verbose_name="reference"),
                ),
                ("error", models.CharField(blank=True, max_length=255, verbose_name="error")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submission",
                        to="invoicing.fiscaldocument",
                        verbose_name="fiscal document",
                    ),
                ),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="56b1e6a983b8654cc4dff708638d298238c0e95e",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_19532",
                            table="invoicing_submission",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="state_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{pending:accepted,pending:rejected,rejected:waiting,waiting:accepted,waiting:pending,waiting:rejected}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="9fed9a60e2a7ae84f9ce38a7b637c0c76eef0a10",
                            operation="UPDATE",
                            pgid="pgtrigger_state_steps_d7c36",
                            table="invoicing_submission",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "pending", "accepted", "rejected"])
                        ),
                        name="submission_state_known",
                    )
                ],
            },
        ),
    ]
