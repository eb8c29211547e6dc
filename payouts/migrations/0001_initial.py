from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields.ranges import DateRangeField
from django.contrib.postgres.functions import TransactionNow
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions.math import Round
from django.db.models.functions.text import Upper
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import CurrencyField, MoneyField
from core.database.sql_files import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("orders", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Commission",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "seller",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="commissions", to="accounts.seller", verbose_name="seller"
                        ),
                    ),
                    (
                        "category",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="commissions", to="catalog.category", verbose_name="category"
                        ),
                    ),
                    ("percent", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="percent")),
                ],
                options={
                    "verbose_name": "commission",
                    "verbose_name_plural": "commissions",
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "category"), name="commission_once", nulls_distinct=False),
                        models.CheckConstraint(condition=models.Q(("percent__range", (0, 100))), name="commission_range"),
                        models.CheckConstraint(
                            condition=models.Q(("seller__isnull", False), ("category__isnull", False), _connector="OR"),
                            name="commission_of_somebody",
                            violation_error_message="Name a seller, a category or both; the settings have the rate of all others.",
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
                                table="payouts_commission",
                                pgid="pgtrigger_touch_ff599",
                                hash="464d83674bb195d41c1b708cd7fde249bcdf0e01",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SellerSale",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "order_line",
                        models.OneToOneField(on_delete=models.CASCADE, related_name="seller_sale", to="orders.orderline", verbose_name="order line"),
                    ),
                    ("percent", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="percent")),
                    ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="owed since")),
                ],
                options={
                    "verbose_name": "sale of a seller",
                    "verbose_name_plural": "sales of sellers",
                    "indexes": [models.Index(condition=models.Q(("due_at", None)), fields=["order_line"], name="seller_sale_not_due")],
                    "constraints": [models.CheckConstraint(condition=models.Q(("percent__range", (0, 100))), name="seller_sale_range")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payouts_sellersale",
                                pgid="pgtrigger_touch_e8c6c",
                                hash="75488a946edb0bbd4cffd5614c0e6bd57d1b1bdc",
                            ),
                        ),
                        Trigger(
                            name="fixed",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='UPDATE OF "percent", "order_line_id"',
                                condition="WHEN (OLD.percent <> NEW.percent OR OLD.order_line_id <> NEW.order_line_id)",
                                func=('RAISE EXCEPTION \'pgtrigger: Cannot update of "percent", "order_line_id" rows from % table\', TG_TABLE_NAME;'),
                                table="payouts_sellersale",
                                pgid="pgtrigger_fixed_96273",
                                hash="34a31a94fcf0a2b8e47632357ec536b51bf2d741",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Statement",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    ("seller", models.ForeignKey(on_delete=models.PROTECT, related_name="statements", to="accounts.seller", verbose_name="seller")),
                    ("period", DateRangeField(verbose_name="period")),
                    (
                        "status",
                        models.CharField(
                            choices=[("draft", "draft"), ("approved", "approved"), ("paid", "paid"), ("closed", "nothing to pay")],
                            default="draft",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("sales", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="sales")),
                    ("commission", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="commission")),
                    ("refunds", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="given back")),
                    ("carried", MoneyField(db_default=0, decimal_places=2, default=0, max_digits=12, verbose_name="carried over")),
                    (
                        "carried_from",
                        models.OneToOneField(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="carried_to",
                            to="payouts.statement",
                            verbose_name="carried over from",
                        ),
                    ),
                    ("payout", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="payout")),
                    ("bank_reference", models.CharField(blank=True, max_length=100, verbose_name="bank reference")),
                    (
                        "made_by",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="made by"
                        ),
                    ),
                    (
                        "approved_by",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="approved by"
                        ),
                    ),
                    ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved")),
                    ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
                    ("told_status", models.CharField(blank=True, db_default="", editable=False, max_length=10)),
                ],
                options={
                    "verbose_name": "statement",
                    "verbose_name_plural": "statements",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("status__in", ["draft", "approved", "paid", "closed"])), name="statement_status_known"),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "payout",
                                    CombinedExpression(
                                        CombinedExpression(CombinedExpression(models.F("sales"), "-", models.F("commission")), "-", models.F("refunds")),
                                        "+",
                                        models.F("carried"),
                                    ),
                                )
                            ),
                            name="statement_adds_up",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("carried", 0), ("carried_from", None)), models.Q(("carried__lt", 0), ("carried_from__isnull", False)), _connector="OR"
                            ),
                            name="statement_carries_what_was_left",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("status", "paid"), _negated=True),
                                models.Q(("paid_at__isnull", False), ("payout__gt", 0), models.Q(("bank_reference", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="statement_paid_by_a_transfer",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("approved_by", None), ("made_by", None), models.Q(("approved_by", models.F("made_by")), _negated=True), _connector="OR"
                            ),
                            name="statement_second_person",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("status", "draft"), ("approved_by__isnull", False), _connector="OR"), name="statement_approved_by_somebody"
                        ),
                        models.UniqueConstraint(
                            Upper("bank_reference"), condition=models.Q(("bank_reference", ""), _negated=True), name="statement_reference_once"
                        ),
                        ExclusionConstraint(expressions=[("seller", "="), ("currency", "="), ("period", "&&")], name="statement_periods_apart"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                models.Q(
                                    models.Q(("sales", Round(models.F("sales"))), ("sales__isnull", True), _connector="OR"),
                                    models.Q(("commission", Round(models.F("commission"))), ("commission__isnull", True), _connector="OR"),
                                    models.Q(("refunds", Round(models.F("refunds"))), ("refunds__isnull", True), _connector="OR"),
                                    models.Q(("carried", Round(models.F("carried"))), ("carried__isnull", True), _connector="OR"),
                                    models.Q(("payout", Round(models.F("payout"))), ("payout__isnull", True), _connector="OR"),
                                ),
                                _connector="OR",
                            ),
                            name="statement_whole_amounts",
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
                                table="payouts_statement",
                                pgid="pgtrigger_touch_e40da",
                                hash="b4aa99ee4fd8da270dd08c7b3afb5ea73657aa58",
                            ),
                        ),
                        Trigger(
                            name="status_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."status", \':\', NEW."status") = '
                                    "ANY('{approved:paid,draft:approved,draft:closed}'::text[]) INTO "
                                    '_is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" '
                                    'IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid '
                                    'transition of field "status" from "%" to "%" on table %\', OLD."status", '
                                    'NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'
                                ),
                                table="payouts_statement",
                                pgid="pgtrigger_status_steps_b7356",
                                hash="423ef13519f7bf77576e66925f9931607f42631f",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StatementLine",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("statement", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="payouts.statement", verbose_name="statement")),
                    (
                        "order_line",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="statement_lines", to="orders.orderline", verbose_name="order line"),
                    ),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("refunded", MoneyField(db_default=0, decimal_places=2, default=0, max_digits=12, verbose_name="given back")),
                    ("commission", MoneyField(decimal_places=2, max_digits=12, verbose_name="commission")),
                ],
                options={
                    "verbose_name": "statement line",
                    "verbose_name_plural": "statement lines",
                    "constraints": [models.UniqueConstraint(fields=("statement", "order_line"), name="statement_line_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payouts_statementline",
                                pgid="pgtrigger_touch_f8695",
                                hash="b7ffc8ea150081358a70cd4c5fa398e999146d24",
                            ),
                        ),
                        Trigger(
                            name="never_paid_twice",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT OR UPDATE",
                                declare="DECLARE stated numeric; worth numeric;",
                                func=read_sql("payouts", "line_never_paid_twice"),
                                table="payouts_statementline",
                                pgid="pgtrigger_never_paid_twice_7c8f3",
                                hash="e36388d9c9c653b47b5cae95bbee47813475dba1",
                            ),
                        ),
                        Trigger(
                            name="frozen",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="INSERT OR UPDATE OR DELETE",
                                func=read_sql("payouts", "line_frozen"),
                                table="payouts_statementline",
                                pgid="pgtrigger_frozen_02692",
                                hash="4f01a6ce1d3f21eee587d91a33d7fc463f32e8ee",
                            ),
                        ),
                    ],
                },
            ),
        )
    ]
