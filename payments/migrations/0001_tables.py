import core.db
import core.fields
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.math
import payments.models.transfer
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("payments", "0001_initial"),
        ("payments", "0002_gateways"),
        ("payments", "0003_refund_what_a_change_saves"),
        ("payments", "0004_quotes"),
        ("payments", "0005_transfers"),
        ("payments", "0006_limit_methods_and_reconcile"),
        ("payments", "0007_store_credit"),
        ("payments", "0008_grant_credit_once"),
        ("payments", "0009_tell_what_a_comparison_left"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("orders", "0001_tables"),
        ("shipping", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="GatewayLogSpool",
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
                    "entry",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="entry"
                    ),
                ),
            ],
            options={
                "verbose_name": "waiting log entry",
                "verbose_name_plural": "waiting log entries",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="9b585e31f99b2fb804458b47d8645d2603198dc6",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_03ce8",
                            table="payments_gatewaylogspool",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
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
                ("provider", models.CharField(max_length=30, unique=True, verbose_name="provider")),
                ("reached_at", models.DateTimeField(verbose_name="compared until")),
                (
                    "unsolved",
                    models.PositiveIntegerField(default=0, verbose_name="for staff to look at"),
                ),
                (
                    "leftovers",
                    models.JSONField(
                        db_default=models.Value([], models.JSONField()),
                        default=list,
                        editable=False,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="what is left",
                    ),
                ),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        db_default="",
                        max_length=255,
                        verbose_name="why it could not be asked",
                    ),
                ),
            ],
            options={
                "verbose_name": "reconciliation",
                "verbose_name_plural": "reconciliations",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="467543ad7bfdc1ce2b1d6fba171a187131edb82d",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_baa5c",
                            table="payments_reconciliation",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
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
                ("key", models.CharField(max_length=150, unique=True)),
                ("scope", models.CharField(max_length=50)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                (
                    "response",
                    models.JSONField(
                        blank=True,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="61fbcd908897f57f5fd8c83fe6c64708a5943c26",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_ff12e",
                            table="payments_idempotencykey",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["expires_at"], name="idempotency_key_expiry")],
            },
        ),
        migrations.CreateModel(
            name="PaymentMethod",
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
                ("code", models.SlugField(unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_es", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=100, null=True, verbose_name="name")),
                (
                    "description",
                    models.CharField(blank=True, max_length=255, verbose_name="description"),
                ),
                (
                    "description_es",
                    models.CharField(
                        blank=True, max_length=255, null=True, verbose_name="description"
                    ),
                ),
                (
                    "description_en",
                    models.CharField(
                        blank=True, max_length=255, null=True, verbose_name="description"
                    ),
                ),
                ("instructions", models.TextField(blank=True, verbose_name="instructions")),
                (
                    "instructions_es",
                    models.TextField(blank=True, null=True, verbose_name="instructions"),
                ),
                (
                    "instructions_en",
                    models.TextField(blank=True, null=True, verbose_name="instructions"),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("card", "card"),
                            ("wallet", "wallet"),
                            ("bank_transfer", "bank transfer"),
                            ("cash_voucher", "cash voucher"),
                            ("cash_on_delivery", "cash on delivery"),
                            ("pay_in_shop", "pay in the shop"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                ("gateway", models.CharField(max_length=30, verbose_name="provider")),
                (
                    "commission_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="commission, %",
                    ),
                ),
                (
                    "commission_fixed",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="commission, fixed",
                    ),
                ),
                (
                    "hold_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minutes to pay",
                    ),
                ),
                (
                    "currencies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="currencies",
                    ),
                ),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="countries",
                    ),
                ),
                (
                    "minimum_amount",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="from amount",
                    ),
                ),
                (
                    "maximum_amount",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="to amount",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "zones",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Only for orders that are handed over there; everywhere if none is chosen.",
                        related_name="+",
                        to="shipping.zone",
                        verbose_name="zones",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment method",
                "verbose_name_plural": "payment methods",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="d512383c0e32cecc76ea99ad7bee4206ed191109",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_e73a7",
                            table="payments_paymentmethod",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "card",
                                    "wallet",
                                    "bank_transfer",
                                    "cash_voucher",
                                    "cash_on_delivery",
                                    "pay_in_shop",
                                ],
                            )
                        ),
                        name="payment_method_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission_fixed__gte", 0), ("commission_percent__range", (0, 100))
                        ),
                        name="payment_method_commission_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("maximum_amount", None),
                            ("maximum_amount__gte", models.F("minimum_amount")),
                            _connector="OR",
                        ),
                        name="payment_method_amount_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold_minutes__gt", 0)),
                        name="payment_method_hold_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
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
                ("gateway", models.CharField(max_length=30, verbose_name="gateway")),
                (
                    "gateway_id",
                    models.CharField(blank=True, max_length=255, verbose_name="id at the gateway"),
                ),
                (
                    "gateway_reference",
                    models.CharField(blank=True, max_length=255, verbose_name="transaction"),
                ),
                (
                    "redirect_url",
                    models.URLField(
                        blank=True, editable=False, max_length=2000, verbose_name="payment page"
                    ),
                ),
                (
                    "idempotency_key",
                    models.CharField(
                        editable=False, max_length=64, unique=True, verbose_name="idempotency key"
                    ),
                ),
                (
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
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
                    "quoted_amount",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="quoted amount",
                    ),
                ),
                (
                    "quoted_currency",
                    core.fields.CurrencyField(
                        blank=True,
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                        verbose_name="quoted currency",
                    ),
                ),
                (
                    "quoted_rate",
                    models.DecimalField(
                        blank=True, decimal_places=8, max_digits=16, null=True, verbose_name="rate"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("creating", "being created"),
                            ("open", "open"),
                            ("processing", "processing"),
                            ("authorized", "authorized"),
                            ("captured", "captured"),
                            ("failed", "failed"),
                            ("expired", "expired"),
                            ("cancelled", "cancelled"),
                            ("review", "under review"),
                        ],
                        default="creating",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "captured",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="captured",
                    ),
                ),
                (
                    "refunded",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="refunded",
                    ),
                ),
                (
                    "refund_reserved",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="in refunds",
                    ),
                ),
                (
                    "fee",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="commission",
                    ),
                ),
                ("card_brand", models.CharField(blank=True, max_length=20, verbose_name="card")),
                (
                    "card_last4",
                    models.CharField(blank=True, max_length=4, verbose_name="last four"),
                ),
                (
                    "bank_reference",
                    models.CharField(blank=True, max_length=100, verbose_name="bank reference"),
                ),
                (
                    "error_code",
                    models.CharField(blank=True, max_length=100, verbose_name="error code"),
                ),
                (
                    "error_message",
                    models.CharField(blank=True, max_length=255, verbose_name="error"),
                ),
                (
                    "metadata",
                    models.JSONField(blank=True, default=dict, verbose_name="further data"),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                (
                    "captured_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="captured at"),
                ),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last asked"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="payments.paymentmethod",
                        verbose_name="method",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="3f14140b53e05ef190df2cfa06218d8b299d71fc",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_6c149",
                            table="payments_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="state_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{authorized:cancelled,authorized:captured,authorized:expired,authorized:failed,authorized:open,authorized:processing,authorized:review,cancelled:captured,cancelled:review,creating:authorized,creating:cancelled,creating:captured,creating:expired,creating:failed,creating:open,creating:processing,creating:review,expired:captured,expired:review,failed:captured,failed:review,open:authorized,open:cancelled,open:captured,open:expired,open:failed,open:processing,open:review,processing:authorized,processing:cancelled,processing:captured,processing:expired,processing:failed,processing:open,processing:review,review:cancelled,review:captured,review:expired,review:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="f5cb5711a261e49cbf96580f02c086a5a2ccb17a",
                            operation="UPDATE",
                            pgid="pgtrigger_state_steps_cef51",
                            table="payments_payment",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["gateway", "order"], name="payment_gateway_order"),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["creating", "open", "processing", "authorized"])
                        ),
                        fields=["checked_at"],
                        name="payment_to_ask",
                    ),
                    models.Index(fields=["state", "created_at"], name="payment_state_time"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "creating",
                                    "open",
                                    "processing",
                                    "authorized",
                                    "captured",
                                    "failed",
                                    "expired",
                                    "cancelled",
                                    "review",
                                ],
                            )
                        ),
                        name="payment_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payment_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refund_reserved__gte", 0),
                            ("refund_reserved__lte", models.F("captured")),
                        ),
                        name="payment_refunds_within_captured",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("captured__gte", 0), ("refunded__gte", 0)),
                        name="payment_sums_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("card_last4__regex", "^[0-9]{0,4}$")),
                        name="payment_card_last_four_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "captured"), _negated=True),
                            ("captured__gt", 0),
                            _connector="OR",
                        ),
                        name="payment_captured_has_money",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["creating", "open", "processing", "authorized"]),
                            models.Q(("gateway", "store_credit"), _negated=True),
                        ),
                        fields=("order",),
                        name="payment_one_live_per_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("gateway_id", ""), _negated=True),
                        fields=("gateway", "gateway_id"),
                        name="payment_gateway_id_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("bank_reference", ""), _negated=True),
                        fields=("bank_reference",),
                        name="payment_bank_reference_once",
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
                                        "amount",
                                        django.db.models.functions.math.Round(models.F("amount")),
                                    ),
                                    ("amount__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "captured",
                                        django.db.models.functions.math.Round(models.F("captured")),
                                    ),
                                    ("captured__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "refunded",
                                        django.db.models.functions.math.Round(models.F("refunded")),
                                    ),
                                    ("refunded__isnull", True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="payment_whole_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
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
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
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
                    "provider_amount",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="at the provider",
                    ),
                ),
                ("reason", models.CharField(max_length=255, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("approved", "approved"),
                            ("submitted", "sent to the provider"),
                            ("pending", "pending at the provider"),
                            ("succeeded", "succeeded"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                            ("rejected", "rejected"),
                            ("external", "made at the provider"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "destination",
                    models.CharField(
                        choices=[("payment", "the way it was paid"), ("credit", "store credit")],
                        db_default="payment",
                        default="payment",
                        max_length=10,
                        verbose_name="goes back as",
                    ),
                ),
                (
                    "is_automatic",
                    models.BooleanField(default=False, verbose_name="by the shop itself"),
                ),
                (
                    "follows_change",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        verbose_name="for a changed order",
                    ),
                ),
                (
                    "is_self_approved",
                    models.BooleanField(default=False, verbose_name="approved by the requester"),
                ),
                (
                    "idempotency_key",
                    models.CharField(
                        editable=False, max_length=64, unique=True, verbose_name="idempotency key"
                    ),
                ),
                (
                    "capture_reference",
                    models.CharField(
                        blank=True,
                        db_default="",
                        editable=False,
                        max_length=255,
                        verbose_name="of the capture",
                    ),
                ),
                (
                    "gateway_reference",
                    models.CharField(blank=True, max_length=255, verbose_name="transaction"),
                ),
                (
                    "error_message",
                    models.CharField(blank=True, max_length=255, verbose_name="error"),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="submitted"),
                ),
                (
                    "completed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="completed"),
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
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requested by",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="f7bb24d3b6e5e18eb6c0cb9bbfbb5244d42e5f8a",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_1a6be",
                            table="payments_refund",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="state_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{approved:cancelled,approved:submitted,external:failed,pending:cancelled,pending:failed,pending:succeeded,requested:approved,requested:rejected,submitted:cancelled,submitted:failed,submitted:pending,submitted:succeeded,succeeded:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="4d93b8b59382f443c80627afbdf49afb2cff7ffe",
                            operation="UPDATE",
                            pgid="pgtrigger_state_steps_e547a",
                            table="payments_refund",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["state", "created_at"], name="refund_state_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "requested",
                                    "approved",
                                    "submitted",
                                    "pending",
                                    "succeeded",
                                    "failed",
                                    "cancelled",
                                    "rejected",
                                    "external",
                                ],
                            )
                        ),
                        name="refund_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("destination__in", ["payment", "credit"])),
                        name="refund_destination_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="refund_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            ("requested_by", None),
                            models.Q(("approved_by", models.F("requested_by")), _negated=True),
                            ("is_self_approved", True),
                            _connector="OR",
                        ),
                        name="refund_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["requested", "rejected", "external"]),
                            ("is_automatic", True),
                            ("approved_by__isnull", False),
                            _connector="OR",
                        ),
                        name="refund_approved_before_sent",
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
                            ("amount", django.db.models.functions.math.Round(models.F("amount"))),
                            ("amount__isnull", True),
                            _connector="OR",
                        ),
                        name="refund_whole_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoreCredit",
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
                    "reference",
                    models.UUIDField(
                        blank=True, editable=False, null=True, verbose_name="reference"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                (
                    "currency",
                    core.fields.CurrencyField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                        verbose_name="currency",
                    ),
                ),
                (
                    "balance",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="balance",
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="store_credits",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "store credit",
                "verbose_name_plural": "store credits",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="5dca07153102ed6a00efafd079c47f8cae08017c",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_f54bf",
                            table="payments_storecredit",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="by_entries",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.balance IS DISTINCT FROM NEW.balance)",
                            func="\n                    IF pg_trigger_depth() < 2 THEN\n                        RAISE EXCEPTION 'a balance changes by entries alone'\n                            USING ERRCODE = 'check_violation',\n                                  CONSTRAINT = 'store_credit_by_entries';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="a8ed6f497f6807aead20813ed09dadd39a8a313e",
                            operation='UPDATE OF "balance"',
                            pgid="pgtrigger_by_entries_7b945",
                            table="payments_storecredit",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0)), name="store_credit_never_overdrawn"
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
                            ("balance", django.db.models.functions.math.Round(models.F("balance"))),
                            ("balance__isnull", True),
                            _connector="OR",
                        ),
                        name="store_credit_whole_amounts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reference__isnull", False)),
                        fields=("reference",),
                        name="store_credit_granted_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoreCreditEntry",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("granted", "granted"),
                            ("spent", "spent on an order"),
                            ("returned", "given back"),
                            ("expired", "run out"),
                        ],
                        db_default="granted",
                        default="granted",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
                ),
                ("reference", models.UUIDField(blank=True, null=True, verbose_name="reference")),
                ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "credit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payments.storecredit",
                        verbose_name="credit",
                    ),
                ),
            ],
            options={
                "verbose_name": "store credit entry",
                "verbose_name_plural": "store credit entries",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d71893b9628a5d5eac23b52d1040ecbe2f505f3d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_46d70",
                            table="payments_storecreditentry",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="apply",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    UPDATE payments_storecredit SET balance = balance + NEW.amount\n                    WHERE id = NEW.credit_id;\n                    RETURN NULL;\n                ",
                            hash="ea7ebe7e09cea7d4031126a3bf57e8c797956cab",
                            operation="INSERT",
                            pgid="pgtrigger_apply_fe74a",
                            table="payments_storecreditentry",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True),
                        name="store_credit_entry_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["granted", "spent", "returned", "expired"])
                        ),
                        name="store_credit_entry_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("kind__in", ["granted", "returned"])),
                            models.Q(("amount__lt", 0), ("kind__in", ["spent", "expired"])),
                            _connector="OR",
                        ),
                        name="store_credit_entry_sign",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reference__isnull", False)),
                        fields=("credit", "kind", "reference"),
                        name="store_credit_entry_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferConfirmation",
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
                    "bank_reference",
                    models.CharField(max_length=100, unique=True, verbose_name="bank reference"),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer_confirmation",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "seconded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by a second person",
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation of a transfer",
                "verbose_name_plural": "confirmations of transfers",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="3af9828f1d549ed76af58b42a40b68b84897517f",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_dd18b",
                            table="payments_transferconfirmation",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seconded_by", None),
                            models.Q(("seconded_by", models.F("confirmed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="transfer_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="transfer_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferProof",
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
                    "file",
                    models.FileField(
                        max_length=255,
                        storage=payments.models.transfer._private,
                        upload_to=payments.models.transfer._place,
                        verbose_name="file",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "proof of a transfer",
                "verbose_name_plural": "proofs of transfers",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="ce5182c46098f3331fbfb787054695a21db67c30",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_73ec1",
                            table="payments_transferproof",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEvent",
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
                ("provider", models.CharField(max_length=30, verbose_name="provider")),
                ("event_id", models.CharField(max_length=255, verbose_name="event")),
                ("type", models.CharField(blank=True, max_length=100, verbose_name="type")),
                ("payload", models.JSONField(verbose_name="payload")),
                (
                    "about",
                    models.JSONField(
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        editable=False,
                    ),
                ),
                ("headers", models.JSONField(default=dict, verbose_name="headers")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("processed", "processed"),
                            ("failed", "failed"),
                            ("ignored", "ignored"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="next try",
                    ),
                ),
                (
                    "processed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="processed"),
                ),
                ("error", models.TextField(blank=True, verbose_name="error")),
            ],
            options={
                "verbose_name": "webhook event",
                "verbose_name_plural": "webhook events",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="72c5ba2884431c0a67ae0944cbc80d12a6a6ddac",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_b0349",
                            table="payments_webhookevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "received")),
                        fields=["due_at"],
                        name="webhook_waiting",
                    ),
                    models.Index(fields=["status", "created_at"], name="webhook_status_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "event_id"), name="webhook_event_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["received", "processed", "failed", "ignored"])
                        ),
                        name="webhook_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
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
                ("provider", models.CharField(max_length=30, verbose_name="provider")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("capture", "capture"),
                            ("refund", "refund"),
                            ("refund_reversal", "refund given back"),
                            ("chargeback", "chargeback"),
                            ("chargeback_reversal", "chargeback given back"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("reference", models.CharField(max_length=255, verbose_name="reference")),
                (
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
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
                    "provider_amount",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="at the provider",
                    ),
                ),
                (
                    "provider_currency",
                    core.fields.CurrencyField(
                        blank=True,
                        db_default="",
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                        verbose_name="provider's currency",
                    ),
                ),
                ("is_accepted", models.BooleanField(default=True, verbose_name="accepted")),
                ("occurred_at", models.DateTimeField(verbose_name="when")),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "money ledger",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b35bce51a09fa020d0f2128966453cb3e28b4195",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_94ee6",
                            table="payments_ledgerentry",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="add_up",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    UPDATE payments_payment SET\n                        captured = captured\n                            + CASE NEW.kind WHEN 'capture' THEN NEW.amount ELSE 0 END,\n                        refunded = refunded\n                            + CASE NEW.kind WHEN 'refund' THEN NEW.amount\n                                WHEN 'refund_reversal' THEN -NEW.amount ELSE 0 END\n                    WHERE id = NEW.payment_id;\n                    RETURN NULL;\n                ",
                            hash="baabf50ba149b92db973b85a80dfd2276ddcef69",
                            operation="INSERT",
                            pgid="pgtrigger_add_up_2af62",
                            table="payments_ledgerentry",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["occurred_at"], name="ledger_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "capture",
                                    "refund",
                                    "refund_reversal",
                                    "chargeback",
                                    "chargeback_reversal",
                                ],
                            )
                        ),
                        name="ledger_kind_known",
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "kind", "reference"), name="ledger_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="ledger_positive"
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
                            ("amount", django.db.models.functions.math.Round(models.F("amount"))),
                            ("amount__isnull", True),
                            _connector="OR",
                        ),
                        name="ledger_whole_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
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
                ("provider", models.CharField(max_length=30, verbose_name="provider")),
                ("reference", models.CharField(max_length=255, verbose_name="reference")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("opened", "opened"),
                            ("needs_response", "needs a response"),
                            ("under_review", "under review"),
                            ("won", "won"),
                            ("lost", "lost"),
                            ("accepted", "accepted"),
                        ],
                        default="opened",
                        max_length=15,
                        verbose_name="status",
                    ),
                ),
                (
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
                ),
                (
                    "currency",
                    core.fields.CurrencyField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                        verbose_name="currency",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                (
                    "respond_by",
                    models.DateTimeField(blank=True, null=True, verbose_name="respond by"),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispute",
                "verbose_name_plural": "disputes",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="ef93dabc0ca0b02fbae3567f91368a19450c614b",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_1da12",
                            table="payments_dispute",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="state_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{needs_response:accepted,needs_response:lost,needs_response:under_review,needs_response:won,opened:accepted,opened:lost,opened:needs_response,opened:under_review,opened:won,under_review:accepted,under_review:lost,under_review:needs_response,under_review:won}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="92b5706e7e4cc860e913d75f63036b2ba0b3d1d1",
                            operation="UPDATE",
                            pgid="pgtrigger_state_steps_49452",
                            table="payments_dispute",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "opened",
                                    "needs_response",
                                    "under_review",
                                    "won",
                                    "lost",
                                    "accepted",
                                ],
                            )
                        ),
                        name="dispute_state_known",
                    ),
                    models.UniqueConstraint(fields=("provider", "reference"), name="dispute_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="dispute_positive"
                    ),
                ],
            },
        ),
    ]
