import core.db
import core.fields
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("payouts", "0001_initial"), ("payouts", "0002_owe_sellers")]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
        ("orders", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
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
                ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("approved", "approved"),
                            ("paid", "paid"),
                            ("closed", "nothing to pay"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
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
                    "sales",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="sales"
                    ),
                ),
                (
                    "commission",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="commission"
                    ),
                ),
                (
                    "refunds",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="given back"
                    ),
                ),
                (
                    "carried",
                    core.fields.MoneyField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="carried over",
                    ),
                ),
                (
                    "payout",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="payout"
                    ),
                ),
                (
                    "bank_reference",
                    models.CharField(blank=True, max_length=100, verbose_name="bank reference"),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="approved"),
                ),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
                (
                    "told_status",
                    models.CharField(blank=True, db_default="", editable=False, max_length=10),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "carried_from",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="payouts.statement",
                        verbose_name="carried over from",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="accounts.seller",
                        verbose_name="seller",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement",
                "verbose_name_plural": "statements",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="b4aa99ee4fd8da270dd08c7b3afb5ea73657aa58",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_e40da",
                            table="payouts_statement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{approved:paid,draft:approved,draft:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="423ef13519f7bf77576e66925f9931607f42631f",
                            operation="UPDATE",
                            pgid="pgtrigger_status_steps_b7356",
                            table="payouts_statement",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "approved", "paid", "closed"])),
                        name="statement_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "payout",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("sales"), "-", models.F("commission")
                                        ),
                                        "-",
                                        models.F("refunds"),
                                    ),
                                    "+",
                                    models.F("carried"),
                                ),
                            )
                        ),
                        name="statement_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("carried", 0), ("carried_from", None)),
                            models.Q(("carried__lt", 0), ("carried_from__isnull", False)),
                            _connector="OR",
                        ),
                        name="statement_carries_what_was_left",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "paid"), _negated=True),
                            models.Q(
                                ("paid_at__isnull", False),
                                ("payout__gt", 0),
                                models.Q(("bank_reference", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="statement_paid_by_a_transfer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            ("made_by", None),
                            models.Q(("approved_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="statement_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"), ("approved_by__isnull", False), _connector="OR"
                        ),
                        name="statement_approved_by_somebody",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("bank_reference"),
                        condition=models.Q(("bank_reference", ""), _negated=True),
                        name="statement_reference_once",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("seller", "="), ("currency", "="), ("period", "&&")],
                        name="statement_periods_apart",
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
                                    (
                                        "sales",
                                        django.db.models.functions.math.Round(models.F("sales")),
                                    ),
                                    ("sales__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "commission",
                                        django.db.models.functions.math.Round(
                                            models.F("commission")
                                        ),
                                    ),
                                    ("commission__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "refunds",
                                        django.db.models.functions.math.Round(models.F("refunds")),
                                    ),
                                    ("refunds__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "carried",
                                        django.db.models.functions.math.Round(models.F("carried")),
                                    ),
                                    ("carried__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "payout",
                                        django.db.models.functions.math.Round(models.F("payout")),
                                    ),
                                    ("payout__isnull", True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="statement_whole_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
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
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
                ),
                (
                    "refunded",
                    core.fields.MoneyField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="given back",
                    ),
                ),
                (
                    "commission",
                    core.fields.MoneyField(
                        decimal_places=2, max_digits=12, verbose_name="commission"
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement_lines",
                        to="orders.orderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="payouts.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement line",
                "verbose_name_plural": "statement lines",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="b7ffc8ea150081358a70cd4c5fa398e999146d24",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_f8695",
                            table="payouts_statementline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_paid_twice",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE stated numeric; worth numeric;",
                            func="\n                    SELECT l.total + CASE WHEN o.prices_include_tax THEN 0 ELSE l.tax END\n                    INTO worth\n                    FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id\n                    WHERE l.id = NEW.order_line_id;\n                    SELECT SUM(amount) INTO stated\n                    FROM payouts_statementline WHERE order_line_id = NEW.order_line_id;\n                    IF stated > worth THEN\n                        RAISE EXCEPTION 'a line is paid for once'\n                            USING ERRCODE = 'check_violation',\n                                  CONSTRAINT = 'statement_line_paid_once';\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="062e5ded3844b3698670adb72fded9933e866bef",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_never_paid_twice_7c8f3",
                            table="payouts_statementline",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM payouts_statement\n                        WHERE status <> 'draft' AND id = CASE TG_OP\n                            WHEN 'DELETE' THEN OLD.statement_id ELSE NEW.statement_id END\n                    ) THEN\n                        RAISE EXCEPTION 'the lines of an approved statement stay as they are'\n                            USING ERRCODE = 'check_violation',\n                                  CONSTRAINT = 'statement_line_frozen';\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN\n                        RETURN OLD;\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="0b4d2bf431f5abb6437a521220e6e813bcf9e25b",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_02692",
                            table="payouts_statementline",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("statement", "order_line"), name="statement_line_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Commission",
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
                    "percent",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="percent"),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commissions",
                        to="catalog.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commissions",
                        to="accounts.seller",
                        verbose_name="seller",
                    ),
                ),
            ],
            options={
                "verbose_name": "commission",
                "verbose_name_plural": "commissions",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "category"), name="commission_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__range", (0, 100))), name="commission_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seller__isnull", False), ("category__isnull", False), _connector="OR"
                        ),
                        name="commission_of_somebody",
                        violation_error_message="Name a seller, a category or both; the settings have the rate of all others.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="464d83674bb195d41c1b708cd7fde249bcdf0e01",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_ff599",
                            table="payouts_commission",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SellerSale",
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
                    "percent",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="percent"),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="owed since")),
                (
                    "order_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seller_sale",
                        to="orders.orderline",
                        verbose_name="order line",
                    ),
                ),
            ],
            options={
                "verbose_name": "sale of a seller",
                "verbose_name_plural": "sales of sellers",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="75488a946edb0bbd4cffd5614c0e6bd57d1b1bdc",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_e8c6c",
                            table="payouts_sellersale",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.percent <> NEW.percent OR OLD.order_line_id <> NEW.order_line_id)",
                            func='RAISE EXCEPTION \'pgtrigger: Cannot update of "percent", "order_line_id" rows from % table\', TG_TABLE_NAME;',
                            hash="34a31a94fcf0a2b8e47632357ec536b51bf2d741",
                            operation='UPDATE OF "percent", "order_line_id"',
                            pgid="pgtrigger_fixed_96273",
                            table="payouts_sellersale",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at", None)),
                        fields=["order_line"],
                        name="seller_sale_not_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__range", (0, 100))), name="seller_sale_range"
                    )
                ],
            },
        ),
    ]
